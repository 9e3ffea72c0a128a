/** A server that is there and does not answer: it is said, and all goes on by itself when it answers again. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { composer, messages, openChat, say } from './chat.mjs';
import { assertUntroubled, keep, serverForThisFile, signIn } from './harness.mjs';

const server = await serverForThisFile();
// Before anything is stopped: a process that stands still ends by nothing.
after(() => server.child.kill('SIGCONT'));

test('a server that does not answer is said to be lost, and what was asked for comes when it does', async () => {
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Hana Sato');
  await composer(page).waitFor();
  server.child.kill('SIGSTOP');
  const begun = Date.now();
  await openChat(page, 'Ada Lindqvist');
  const lost = page.getByText(/^The connection is interrupted\./).last();
  await lost.waitFor();
  assert.ok(Date.now() - begun < 25_000, `it was said after ${Date.now() - begun} ms`);
  await keep(page, 'server-silent');
  server.child.kill('SIGCONT');
  await lost.waitFor({ state: 'detached' });
  await messages(page).getByRole('listitem').first().waitFor();
  await say(page, 'There you are again');
  await assertUntroubled(page);
  await page.context().close();
});
