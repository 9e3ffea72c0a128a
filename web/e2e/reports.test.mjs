/** Reports: of a message, of somebody, of a request and of a group. They are in the trail of the reporter's side only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { act, chats, hears, newChat, openChat, say } from './chat.mjs';
import { assertAccessible, assertUntroubled, keep, NARROW, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

/** What administrators find of reports, newest first. */
async function reports(administrator) {
  const found = await server.call(administrator, 'GET', "admin/teams/externalAccess/auditEvents?$filter=kind eq 'UserReported'&$top=50");
  return found.value;
}

async function report(page, reason, words) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: reason }).check();
  await dialog.getByRole('textbox', { name: 'What else should be known?' }).fill(words);
  await dialog.getByRole('button', { name: 'Report', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Reported', { exact: true }).first().waitFor();
}

test('a message, a person and a group are reported to one’s own administrators, and nobody else is told', async () => {
  const page = await signIn(server, 'Ben', { viewport: NARROW });
  await openChat(page, 'Hana Sato');
  await hears(page, 'Then you have new drawings on Thursday.');
  await act(page, 'Then you have new drawings on Thursday.', 'Report');
  await page.getByRole('dialog', { name: 'Report this message by Hana Sato?' }).waitFor();
  await keep(page, 'report-message-narrow');
  await assertAccessible(page, 'a report');
  await report(page, 'Something else', 'Not on Thursday.');

  await page.getByRole('button', { name: 'More for this chat' }).click();
  await page.getByRole('menuitem', { name: 'Report Hana Sato' }).click();
  await report(page, 'Pretends to be somebody else', 'The real one sits next to me.');

  await page.getByRole('button', { name: 'Back' }).click();
  await openChat(page, 'Spring catalogue');
  await page.getByRole('button', { name: 'More for this chat' }).click();
  await page.getByRole('menuitem', { name: 'Report this group' }).click();
  await report(page, 'Unwanted advertising', '');

  await until('three reports are in the trail of Contoso', async () => (await reports('Ada')).length === 3);
  assert.deepEqual((await reports('Farah')).length, 0, 'the other side learns nothing of it');
  await assertUntroubled(page);
  await page.context().close();
});

test('a request is reported before it is answered', async () => {
  const [one, two] = [await signIn(server, 'Daniel'), await signIn(server, 'Isaac')];
  await newChat(one, [server.person('Isaac').mail]);
  await say(one, 'Buy cheap hinges!');
  await openChat(two, 'Daniel Weiss');
  await two.getByRole('button', { name: 'Report', exact: true }).click();
  await keep(two, 'report-request');
  await report(two, 'Unwanted advertising', 'Who is this?');
  // It is still there to be answered, and the asking side sees nothing.
  await two.getByRole('button', { name: 'Accept', exact: true }).waitFor();
  await one.getByText(/Your request waits for an answer/).waitFor();
  await until('it is in the trail of Fabrikam', async () => (await reports('Farah')).length === 1);
  assert.ok(!JSON.stringify(await reports('Farah')).includes('cheap hinges'), 'no text of messages');
  await chats(two).getByText('Wants to contact you').waitFor();
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});
