/** The whole story, in the browsers of the people whom it is about. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chats, choose, composer, hears, messages, newChat, openChat, say } from './chat.mjs';
import { assertUntroubled, closeBrowser, keep, PHONE, Server, signIn } from './harness.mjs';

let server;
before(async () => (server = await Server.start()));
after(async () => {
  await closeBrowser();
  await server.end();
});

/** An administrator sets a term of an organisation. */
const configure = (administrator, change) => server.call(administrator, 'PATCH', 'admin/teams/externalAccess/configuration', change);

for (const [look, daniels, isaacs] of [
  ['light-desktop', { colorScheme: 'light' }, { colorScheme: 'light' }],
  ['dark-phone', { colorScheme: 'dark' }, { colorScheme: 'dark', viewport: PHONE }],
]) {
  test(`a request crosses the boundary, is accepted, and two people talk: ${look}`, async () => {
    // Other people each time: what two people agreed once stays.
    const [first, second] = look === 'light-desktop' ? ['Daniel', 'Isaac'] : ['Elif', 'Jonas'];
    const [asker, asked] = [server.person(first), server.person(second)];
    const [one, two] = [await signIn(server, first, daniels), await signIn(server, second, isaacs)];

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
    for (const page of [one, two]) {
      await assertUntroubled(page);
      await page.context().close();
    }
  });
}

test('a third home joins a group, is removed, and sees nothing afterwards', async () => {
  const [one, two, three] = [await signIn(server, 'Daniel'), await signIn(server, 'Isaac'), await signIn(server, 'Kim')];
  await newChat(one, [server.person('Isaac').mail, server.person('Ben').mail], 'Trade fair');
  await say(one, 'Who comes along?');
  await openChat(two, 'Trade fair');
  await hears(two, 'Who comes along?');

  await one.getByRole('button', { name: 'More for this chat' }).click();
  await one.getByRole('menuitem', { name: 'Add people' }).click();
  await choose(one, 'Whom', server.person('Kim').mail);
  await one.getByText(/leaves your organisation/).waitFor();
  await keep(one, 'story-5-add');
  await one.getByRole('button', { name: 'Add', exact: true }).click();

  // A stranger's group is a request, too.
  await chats(three).getByText('Wants to contact you').first().waitFor();
  await openChat(three, 'Daniel Weiss');
  await three.getByRole('button', { name: 'Accept', exact: true }).click();
  await composer(three).waitFor();
  assert.ok(!(await three.content()).includes('Who comes along?'), 'what was said before stays inside');
  await say(three, 'I can take pictures.');
  await hears(two, 'I can take pictures.');

  await one.getByRole('button', { name: 'People', exact: true }).click();
  await one.getByRole('button', { name: 'More for Kim Nguyen' }).click();
  await keep(one, 'story-6-people');
  await one.getByRole('menuitem', { name: 'Remove' }).click();
  await one.getByRole('button', { name: 'Remove', exact: true }).click();
  await three.getByText(/You are not in this chat any more/).waitFor();
  await say(one, 'Now without pictures.');
  await hears(two, 'Now without pictures.');
  await three.reload();
  await three.getByText(/You are not in this chat any more/).waitFor();
  assert.ok(!(await three.content()).includes('Now without pictures.'));
  for (const page of [one, two, three]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('an administrator switches contact off: both see it at once; and on again', async () => {
  const [one, two] = [await signIn(server, 'Daniel'), await signIn(server, 'Isaac')];
  await openChat(one, 'Isaac Mensah');
  await openChat(two, 'Daniel Weiss');
  await say(one, 'Before the change.');
  await hears(two, 'Before the change.');
  const chat = decodeURIComponent(new URL(one.url()).pathname.split('/').at(-1));
  await composer(one).click();
  await one.keyboard.type('A draft.');

  await configure('Farah', { allowFederatedUsers: false });
  // Nobody has written: both see it by push. One's own side's rule is told exactly, the other side's never.
  await one.getByText('This person cannot be reached', { exact: false }).first().waitFor();
  await two.getByText('Your organisation does not talk to other organisations.').first().waitFor();
  await two.getByText(/administrator/i).first().waitFor();
  for (const page of [one, two]) assert.equal(await composer(page).count(), 0, 'there is no place to write');
  assert.ok(!(await one.content()).includes('does not talk to other organisations'));
  assert.ok(!/administrator/i.test(await one.locator('main').innerText()), 'nobody to ask on the side that did not decide');
  await assert.rejects(server.say('Daniel', chat, 'Does this arrive?'), /404/);
  await assert.rejects(server.say('Isaac', chat, 'And this?'), /403/);
  await keep(one, 'story-7-off');
  await keep(two, 'story-7-off-other');
  // A group loses whoever the terms no longer let in, while they look at it.
  await openChat(two, 'Trade fair');
  await two.getByText(/You are not in this chat any more/).waitFor();
  await keep(two, 'story-7-off-group');
  await openChat(two, 'Daniel Weiss');
  await two.getByText('Your organisation does not talk to other organisations.').first().waitFor();

  await configure('Farah', { allowFederatedUsers: true });
  for (const page of [one, two]) await composer(page).waitFor();
  // What was begun is still there.
  await composer(one).getByText('A draft.').waitFor();
  await say(two, 'We can talk again.');
  await hears(one, 'We can talk again.');
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('whoever is blocked cannot write any more, and is not told why', async () => {
  const [one, two] = [await signIn(server, 'Daniel'), await signIn(server, 'Isaac')];
  await openChat(one, 'Isaac Mensah');
  await openChat(two, 'Daniel Weiss');
  await two.getByRole('button', { name: 'More for this chat' }).click();
  await two.getByRole('menuitem', { name: 'Block Daniel Weiss' }).click();
  await keep(two, 'story-8-block');
  await two.getByRole('button', { name: 'Block', exact: true }).click();
  await two.getByText('Daniel Weiss is blocked', { exact: true }).waitFor();
  await say(one, 'Are you there?');
  await one.getByText(/Not sent\. This person cannot be reached/).waitFor();
  assert.ok(!(await one.content()).includes('blocked'), 'the other side learns nothing of a block');
  assert.equal(await messages(two).getByText('Are you there?').count(), 0);
  await keep(one, 'story-9-blocked');
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});
