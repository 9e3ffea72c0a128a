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

test('from the list of chats and from a profile somebody is reported and blocked, and unblocked', async () => {
  const topic = 'Where one is bothered';
  await server.chat(['Ben', 'Ada', 'Hana'], topic);
  const page = await signIn(server, 'Ben');
  const row = chats(page).getByRole('listitem').filter({ hasText: 'Hana Sato' }).filter({ hasNotText: topic });
  const more = row.getByRole('button', { name: 'More for Hana Sato' });
  const before = (await reports('Ada')).length;
  const choose = async (name) => {
    await row.hover();
    await more.click();
    await page.getByRole('menuitem', { name }).click();
  };
  await choose('Report Hana Sato');
  await page.getByRole('dialog', { name: 'Report Hana Sato?' }).waitFor();
  await assertAccessible(page, 'a report from the list');
  await report(page, 'Something else', 'From the list.');
  await until('the focus is back at the menu', () => more.evaluate((button) => document.activeElement === button));
  await choose('Block Hana Sato');
  await page.getByRole('alertdialog', { name: 'Block Hana Sato?' }).getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByText('Hana Sato is blocked').first().waitFor();
  await choose('Unblock Hana Sato');
  await page.getByText('Hana Sato is no longer blocked').first().waitFor();

  await openChat(page, topic);
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'People' });
  const beside = panel.getByRole('button', { name: 'More for Hana Sato' });
  const card = page.getByRole('dialog', { name: 'Profile' });
  const profile = async () => {
    await beside.click();
    await page.getByRole('menuitem', { name: 'Profile' }).click();
    await card.waitFor();
  };
  await profile();
  await keep(page, 'profile');
  await assertAccessible(page, 'a profile');
  await card.getByRole('button', { name: 'Report Hana Sato' }).click();
  await page.getByRole('dialog', { name: 'Report Hana Sato?' }).waitFor();
  await report(page, 'Something else', 'From the profile.');
  await until('the focus is back in the list of people', () => beside.evaluate((button) => document.activeElement === button));
  await profile();
  await card.getByRole('button', { name: 'Block Hana Sato' }).click();
  await page.getByRole('alertdialog', { name: 'Block Hana Sato?' }).getByRole('button', { name: 'Block', exact: true }).click();
  await panel.getByText('(blocked)').waitFor();
  await profile();
  await card.getByRole('button', { name: 'Unblock Hana Sato' }).click();
  await card.getByRole('button', { name: 'Block Hana Sato' }).waitFor();
  await page.setViewportSize(NARROW);
  await keep(page, 'profile-narrow');
  await until('both reports are in the trail', async () => (await reports('Ada')).length === before + 2);
  await assertUntroubled(page);
  await page.context().close();
});
