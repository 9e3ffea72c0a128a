/** The whole story, in the browsers of the people whom it is about: in light and dark, on a desk and on a phone. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { chats, choose, composer, hears, messages, newChat, openChat, say } from './chat.mjs';
import { assertUntroubled, closeBrowser, DESKTOP, keep, PHONE, Server, signIn } from './harness.mjs';

after(closeBrowser);

for (const scheme of ['light', 'dark']) {
  for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    test(`the whole story: ${scheme}, ${size}`, async (context) => {
      // People of its own: what two people agreed once stays.
      const server = await Server.start();
      const names = ['Daniel', 'Isaac', 'Kim', 'Farah'];
      const people = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await signIn(server, name, { colorScheme: scheme, viewport })])));
      const story = { server, look: `${scheme}-${size}`, one: people['Daniel'], two: people['Isaac'], three: people['Kim'], administrator: people['Farah'] };
      try {
        await context.test('a request crosses the boundary, is accepted, and two people talk', () => twoTalk(story));
        await context.test('a third home joins a group, is removed, and sees nothing afterwards', () => thirdHome(story));
        await context.test('an administrator switches contact off: both see it at once; and on again', () => offAndOn(story));
        await context.test('whoever is blocked cannot write any more, and is not told why', () => blocked(story));
        for (const page of Object.values(people)) await assertUntroubled(page);
      } finally {
        for (const page of Object.values(people)) await page.context().close();
        await server.end();
      }
    });
  }
}

/** Back to the list, which a phone shows by itself. */
async function toList(page) {
  const back = page.getByRole('button', { name: 'Back', exact: true });
  // One of the two is there as soon as no dialog hides the page.
  await back.or(chats(page)).first().waitFor();
  if (await back.isVisible()) await back.click();
  await chats(page).waitFor();
}

/** Opens a chat from wherever somebody is. */
async function enter(page, name) {
  await toList(page);
  await openChat(page, name);
}

async function twoTalk({ server, look, one, two }) {
  const [asker, asked] = [server.person('Daniel'), server.person('Isaac')];
  await newChat(one, [asked.mail]);
  await say(one, 'Hello, may I ask something?');
  await one.getByText(/Your request waits for an answer/).waitFor();
  await keep(one, `story-1-waiting-${look}`);

  // Nothing of what was written shows before it is asked for.
  await openChat(two, asker.displayName);
  await two.getByRole('heading', { name: `${asker.displayName} wants to contact you` }).waitFor();
  await two.getByText(asker.mail).waitFor();
  assert.ok(!(await two.content()).includes('may I ask something'), 'nothing shows before the preview');
  await keep(two, `story-2-request-${look}`);
  await two.getByRole('button', { name: 'Preview messages' }).click();
  await two.getByRole('list', { name: 'What the request says' }).getByText('Hello, may I ask something?').waitFor();
  await keep(two, `story-3-preview-${look}`);
  await one.getByText(/Your request waits for an answer/).waitFor();

  await two.getByRole('button', { name: 'Accept', exact: true }).click();
  await hears(two, 'Hello, may I ask something?');
  await one.getByText(/Your request waits for an answer/).waitFor({ state: 'detached' });
  await say(two, 'Of course. What is it?');
  await hears(one, 'Of course. What is it?');
  await say(one, 'When does the delivery come?');
  await hears(two, 'When does the delivery come?');
  await one.getByText(/People from outside read along/).waitFor();
  await keep(one, `story-4-talk-${look}`);
  await keep(two, `story-4-talk-other-${look}`);
}

async function thirdHome({ server, look, one, two, three }) {
  await toList(one);
  await newChat(one, [server.person('Isaac').mail, server.person('Ben').mail], 'Trade fair');
  await say(one, 'Who comes along?');
  await enter(two, 'Trade fair');
  await hears(two, 'Who comes along?');

  await one.getByRole('button', { name: 'More for this chat' }).click();
  await one.getByRole('menuitem', { name: 'Add people' }).click();
  await choose(one, 'Whom', server.person('Kim').mail);
  await one.getByText(/leaves your organisation/).waitFor();
  await keep(one, `story-5-add-${look}`);
  await one.getByRole('button', { name: 'Add', exact: true }).click();

  // A stranger's group is a request, too.
  await chats(three).getByText('Invites you into a group').first().waitFor();
  await openChat(three, 'Daniel Weiss');
  await three.getByRole('button', { name: 'Accept', exact: true }).click();
  await composer(three).waitFor();
  assert.ok(!(await three.content()).includes('Who comes along?'), 'what was said before stays inside');
  await say(three, 'I can take pictures.');
  await hears(two, 'I can take pictures.');

  await one.getByRole('button', { name: 'People', exact: true }).click();
  await one.getByRole('button', { name: 'More for Kim Nguyen' }).click();
  await keep(one, `story-6-people-${look}`);
  await one.getByRole('menuitem', { name: 'Remove' }).click();
  await one.getByRole('button', { name: 'Remove', exact: true }).click();
  await three.getByText(/You are not in this chat any more/).waitFor();
  await keep(three, `story-6-removed-${look}`);
  await enter(one, 'Trade fair');
  await say(one, 'Now without pictures.');
  await hears(two, 'Now without pictures.');
  await three.reload();
  await three.getByText(/You are not in this chat any more/).waitFor();
  assert.ok(!(await three.content()).includes('Now without pictures.'));
}

/** The switch of the administration centre, pressed by an administrator who then saves. */
async function switchContact({ administrator, look }, isOn) {
  await administrator.getByRole('switch', { name: /can communicate with people of other organisations/ }).click();
  await administrator.getByText(isOn ? /Contact would be possible again in/ : /Contact would end in/).first().waitFor();
  await administrator.getByRole('button', { name: 'Review and save' }).click();
  const dialog = administrator.getByRole('alertdialog');
  await dialog.getByText(isOn ? /Contact would be possible again in/ : /Contact would end in/).waitFor();
  await keep(administrator, `story-7-administrator-${isOn ? 'on' : 'off'}-${look}`);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function offAndOn(story) {
  const { server, look, one, two, administrator } = story;
  await enter(one, 'Isaac Mensah');
  await enter(two, 'Daniel Weiss');
  await say(one, 'Before the change.');
  await hears(two, 'Before the change.');
  const chat = decodeURIComponent(new URL(one.url()).pathname.split('/').at(-1));
  await composer(one).click();
  await one.keyboard.type('A draft.');

  const present = one.locator('main .fui-PresenceBadge').first();
  await present.waitFor();

  await administrator.goto(`/u/${server.person('Farah').id}/admin/external-access`);
  await switchContact(story, false);
  // Nobody has written: both see it by push. One's own side's rule is told exactly, the other side's never.
  await one.getByText('This person cannot be reached').first().waitFor();
  await two.getByText('Your organisation does not talk to other organisations.').first().waitFor();
  await two.getByText(/administrator/i).first().waitFor();
  for (const page of [one, two]) assert.equal(await composer(page).count(), 0, 'there is no place to write');
  // Nobody is shown as being there any more, not beside what they said either.
  await present.waitFor({ state: 'detached' });
  assert.ok(!(await one.content()).includes('does not talk to other organisations'));
  assert.ok(!/administrator/i.test(await one.locator('main').innerText()), 'nobody to ask on the side that did not decide');
  await assert.rejects(server.say('Daniel', chat, 'Does this arrive?'), /404/);
  await assert.rejects(server.say('Isaac', chat, 'And this?'), /403/);
  await keep(one, `story-7-off-${look}`);
  await keep(two, `story-7-off-other-${look}`);
  // A group loses whoever the terms no longer let in.
  await enter(two, 'Trade fair');
  await two.getByText(/You are not in this chat any more/).waitFor();
  await keep(two, `story-7-off-group-${look}`);
  await enter(two, 'Daniel Weiss');
  await two.getByText('Your organisation does not talk to other organisations.').first().waitFor();

  await switchContact(story, true);
  for (const page of [one, two]) await composer(page).waitFor();
  await present.waitFor();
  // What was begun is still there.
  await composer(one).getByText('A draft.').waitFor();
  await composer(one).press('Enter');
  await hears(two, 'A draft.');
  await say(two, 'We can talk again.');
  await hears(one, 'We can talk again.');
  await keep(one, `story-7-on-${look}`);
}

async function blocked({ look, one, two }) {
  await two.getByRole('button', { name: 'More for this chat' }).click();
  await two.getByRole('menuitem', { name: 'Block Daniel Weiss' }).click();
  await keep(two, `story-8-block-${look}`);
  await two.getByRole('button', { name: 'Block', exact: true }).click();
  await two.getByText('Daniel Weiss is blocked', { exact: true }).waitFor();
  await say(one, 'Are you there?');
  await one.getByText(/Not sent\. This person cannot be reached/).waitFor();
  assert.ok(!(await one.content()).includes('blocked'), 'the other side learns nothing of a block');
  assert.equal(await messages(two).getByText('Are you there?').count(), 0);
  await keep(one, `story-9-blocked-${look}`);
}
