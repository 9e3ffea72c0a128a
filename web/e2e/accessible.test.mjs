/**
 * Every screen of the chat and of the settings, with each dialog, menu and state that looks like nothing
 * else, in every theme and at every width: axe finds nothing, nothing is too wide, and pictures are kept
 * for people to look at. What has gone wrong is in broken.test.mjs, the administration centre in
 * administration.test.mjs, signing in in entrance.test.mjs.
 */
import { before, test } from 'node:test';

import { choose, composer, message, openChat } from './chat.mjs';
import { DESKTOP, serverForThisFile, signIn } from './harness.mjs';
import { goTo, inspect, prefer } from './look.mjs';

const server = await serverForThisFile();

const IMAGE = 'R0lGODlhAQABAIAAAGKgoP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';
const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
/** Chats by what is to be seen in them. */
const chat = {};
const at = (id) => `chats/${encodeURIComponent(id)}`;

before(async () => {
  await catalogue();
  await requests();
  await asked();
});

/** A conversation that has everything in it. */
async function catalogue() {
  const all = await server.call('Ben', 'GET', 'chats?$top=50');
  chat.catalogue = all.value.find((one) => one.topic === 'Spring catalogue').id;
  const path = at(chat.catalogue);
  const shown = await server.call('Hana', 'POST', `${path}/messages`, {
    body: { contentType: 'html', content: '<p>The hinge</p><p><img src="../hostedContents/a/$value" alt="The hinge from the side" width="240" height="120"></p>' },
    hostedContents: [{ '@microsoft.graph.temporaryId': 'a', contentType: 'image/gif', contentBytes: IMAGE }],
  });
  await server.say('Kim', chat.catalogue, `<p>What is left: </p><ul><li>one</li><li><b>two</b>, <a href="https://example.com/${'x'.repeat(60)}">with a link</a></li></ul><pre>const wide = '${'wide '.repeat(30)}';</pre><blockquote>${LONG}</blockquote>`, 'html');
  const wrong = await server.say('Kim', chat.catalogue, 'This was wrong.');
  await server.call('Kim', 'POST', `${path}/messages/${wrong.id}/softDelete`);
  const ben = server.person('Ben');
  await server.call('Hana', 'POST', `${path}/messages`, {
    importance: 'urgent',
    body: { contentType: 'html', content: '<at id="0">Ben Okafor</at> please look at this' },
    mentions: [{ id: 0, mentionText: ben.displayName, mentioned: { user: { id: ben.id, displayName: ben.displayName } } }],
  });
  const own = await server.say('Ben', chat.catalogue, 'I looke.');
  for (const content of ['I looked', 'I looked at it.']) await server.call('Ben', 'PATCH', `${path}/messages/${own.id}`, { body: { contentType: 'text', content } });
  await server.call('Kim', 'POST', `${path}/messages`, { body: { contentType: 'text', content: 'And?' }, attachments: [{ id: own.id, contentType: 'messageReference' }] });
  for (const [name, reactionType] of [['Hana', '👍'], ['Kim', '👍'], ['Ben', '👍'], ['Kim', '🎉']]) await server.call(name, 'POST', `${path}/messages/${own.id}/setReaction`, { reactionType });
  const undone = await server.say('Ben', chat.catalogue, 'Never mind.');
  await server.call('Ben', 'POST', `${path}/messages/${undone.id}/softDelete`);
  const newest = await server.say('Kim', chat.catalogue, 'That works for me.');
  for (const { id } of [shown, newest]) await server.call('Ben', 'POST', `${path}/pinnedMessages`, { 'message@odata.bind': `${server.url}/v1.0/${path}/messages/${id}` });
  const hidden = await server.chat(['Ben', 'Elif', 'Ada'], `Old things of the ${LONG}`);
  await server.call('Ben', 'POST', `${at(hidden)}/hideForUser`, { user: { id: ben.id } });
}

/** Requests of every kind to Chiara: of an organisation, one that nobody has verified, an impostor, and into a group. */
async function requests() {
  await server.operate('organisation', 'create', 'Tailspin Toys', '--domain', 'tailspin.example', '--trust-class', 'trial');
  await server.call('Ada', 'PATCH', 'admin/teams/externalAccess/configuration', { externalAccessWithTrialTenants: 'Allowed' });
  await server.newcomer('Noor Bakker', 'noor.bakker@tailspin.example');
  await server.newcomer('Adah Lindqvist', 'ada.lindqvist@contoso.test', '--personal', '--phone', '+442079460000');
  await server.say('Noor', await server.chat(['Noor', 'Chiara']), 'We make toys. May I show you some?');
  await server.say('Adah', await server.chat(['Adah', 'Chiara']), 'It is me, from my private address. Please send me the new prices here.');
  await server.say('Isaac', await server.chat(['Isaac', 'Chiara', 'Jonas'], 'Trucks and timetables'), 'Welcome, everybody.');
}

/** What Daniel has asked and not been answered, and where he can write no more. */
async function asked() {
  chat.waiting = await server.chat(['Daniel', 'Isaac']);
  await server.say('Daniel', chat.waiting, 'Good morning! Which truck brings the samples?');
  chat.full = await server.chat(['Daniel', 'Jonas']);
  for (let count = 1; count <= 10; count += 1) await server.say('Daniel', chat.full, `Question ${count}`);
  chat.blocked = await server.chat(['Daniel', 'Goran']);
  await server.say('Daniel', chat.blocked, 'Hello Goran');
  await server.call('Goran', 'POST', `${at(chat.blocked)}/acceptRequest`, {});
  await server.call('Daniel', 'POST', 'me/externalContacts/blocked', { userId: server.person('Goran').id });
  chat.left = await server.chat(['Daniel', 'Elif', 'Ben'], 'Summer party');
  await server.say('Elif', chat.left, 'Who brings the cake?');
  await server.call('Daniel', 'POST', `${at(chat.left)}/leave`);
  chat.refused = await server.chat(['Daniel', 'Farah']);
  await server.say('Daniel', chat.refused, 'Hello Farah');
  await server.call('Farah', 'POST', `${at(chat.refused)}/acceptRequest`, {});
  await server.read('Daniel', chat.waiting);
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const pick = (page, name) => page.getByRole('menuitem', { name, exact: true }).click();
const dialog = (page) => page.getByRole('dialog').or(page.getByRole('alertdialog'));

const catalogueOpen = async (page) => {
  await openChat(page, 'Spring catalogue');
  await page.getByText('That works for me.').first().waitFor();
  await composer(page).waitFor();
};
const ofChat = (name) => async (page) => {
  await catalogueOpen(page);
  await press(page, 'More for this chat');
  await pick(page, name);
  await dialog(page).waitFor();
};
const peopleOpen = async (page) => {
  await catalogueOpen(page);
  await press(page, 'People');
  await page.getByRole('complementary', { name: 'People' }).getByText('Kim Nguyen').waitFor();
};
const inPanel = (page, person) => page.getByRole('complementary').getByRole('button', { name: `More for ${person}` }).click();
const ofPerson = (name, person = 'Hana Sato') => async (page) => {
  await peopleOpen(page);
  await inPanel(page, person);
  await pick(page, name);
  await dialog(page).waitFor();
};
const menuOf = (text) => async (page) => {
  await catalogueOpen(page);
  await message(page, text).first().focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Copy text' }).waitFor();
};
const ofMessage = (text, name) => async (page) => {
  await menuOf(text)(page);
  await pick(page, name);
};
const closed = (id, text) => async (page, go) => {
  await go(at(chat[id]));
  await page.getByText(text).first().waitFor();
};
const filtered = (filter, text) => async (page) => {
  await page.getByRole('tab', { name: filter }).click();
  await page.getByText(text).first().waitFor();
};
const newChatWith = (...addresses) => async (page) => {
  await page.getByRole('button', { name: 'New chat' }).first().click();
  for (const address of addresses) await choose(page, 'With whom', address);
};
const request = (name) => async (page) => {
  await openChat(page, name);
  await page.getByRole('heading', { name: new RegExp(`^${name}`) }).waitFor();
};
const previewed = (name) => async (page) => {
  await request(name)(page);
  await press(page, 'Preview messages');
  await page.getByRole('list', { name: 'What the request says' }).waitFor();
};
const settings = (section, what) => async (page, go) => {
  await go(`settings/${section}`);
  await page.getByText(what).first().waitFor();
};

/** Who looks at what, and how they get there from their list of chats. What is marked opens anew at each width. */
const ANEW = true;
const SCREENS = {
  Ben: [
    ['list', async (page) => page.getByText('Hana Sato').first().waitFor(), ANEW],
    ['list-menu', async (page) => { await press(page, 'More for Spring catalogue'); await page.getByRole('menuitem', { name: 'Mute' }).waitFor(); }, ANEW],
    ['list-unread', filtered('Unread', 'Spring catalogue'), ANEW],
    ['list-external', filtered('External', 'Hana Sato'), ANEW],
    ['list-no-requests', filtered('Requests', 'No requests are waiting'), ANEW],
    ['list-hidden', filtered('Hidden', 'Old things'), ANEW],
    ['list-no-match', async (page) => { await page.getByRole('searchbox', { name: 'Find in chats' }).fill('zzz'); await page.getByText('Nothing found').waitFor(); }, ANEW],
    ['chat-gone', async (page, go) => { await go('chats/19:nothing'); await page.getByText('This chat is not here').waitFor(); }],
    ['new-chat', async (page) => {
      await newChatWith()(page);
      await page.getByRole('combobox', { name: 'With whom' }).click();
      await page.keyboard.type('ada');
      await page.getByRole('option', { name: /Ada Lindqvist/ }).waitFor();
    }],
    ['new-chat-outside', async (page) => {
      await newChatWith()(page);
      await page.getByRole('combobox', { name: 'With whom' }).click();
      await page.keyboard.type('goran.petrovic@fabrikam.example');
      await page.getByRole('option', { name: /Search outside/ }).waitFor();
    }],
    ['new-chat-group', async (page) => { await newChatWith('goran.petrovic@fabrikam.example', 'kim.nguyen@outlook.example', 'Ada')(page); await page.getByText('Somebody from outside is among them.').waitFor(); }],
    ['new-chat-nobody', async (page) => {
      await newChatWith()(page);
      await page.getByRole('combobox', { name: 'With whom' }).click();
      await page.keyboard.type('nobody@fabrikam.example');
      await page.getByRole('option', { name: /Search outside/ }).click();
      await page.getByText('This person cannot be reached').waitFor();
    }],
    ['conversation', catalogueOpen],
    ['conversation-of-two', async (page) => { await openChat(page, 'Hana Sato'); await page.getByText('Then you have new drawings on Thursday.').last().waitFor(); await composer(page).waitFor(); }],
    ['conversation-colleague', async (page) => { await openChat(page, 'Ada Lindqvist'); await composer(page).waitFor(); }],
    ['people', peopleOpen],
    ['people-menu', async (page) => { await peopleOpen(page); await inPanel(page, 'Hana Sato'); await page.getByRole('menuitem', { name: 'Profile' }).waitFor(); }],
    ['menu', async (page) => { await catalogueOpen(page); await press(page, 'More for this chat'); await page.getByRole('menuitem', { name: 'Add people' }).waitFor(); }],
    ['add-people', async (page) => {
      await ofChat('Add people')(page);
      await choose(page, 'Whom', 'goran.petrovic@fabrikam.example');
      await page.getByRole('radio', { name: 'Since a day' }).check();
      await page.getByText('What was said before leaves your organisation').waitFor();
    }],
    ['new-group', async (page) => {
      await openChat(page, 'Hana Sato');
      await press(page, 'More for this chat');
      await pick(page, 'New group with further people');
      await page.getByText('The new group begins empty').waitFor();
    }],
    ['rename', ofChat('Rename')],
    ['leave', ofChat('Leave')],
    ['report-group', ofChat('Report this group')],
    ['profile', async (page) => { await ofPerson('Profile')(page); await dialog(page).getByText('hana.sato@fabrikam.example').waitFor(); }],
    ['profile-personal', async (page) => { await ofPerson('Profile', 'Kim Nguyen')(page); await page.getByText('None: a personal account').waitFor(); }],
    ['remove', ofPerson('Remove')],
    ['report-person', ofPerson('Report Hana Sato')],
    ['block-person', ofPerson('Block Hana Sato')],
    ['pins', async (page) => { await catalogueOpen(page); await press(page, '2 pinned'); await page.getByRole('button', { name: /The hinge/ }).last().waitFor(); }],
    ['large-image', async (page) => { await catalogueOpen(page); await press(page, 'Enlarge: The hinge from the side'); await dialog(page).getByRole('img').waitFor(); }],
    ['message-menu', menuOf('That works for me.')],
    ['message-menu-own', menuOf('I looked at it.')],
    ['report-message', ofMessage('That works for me.', 'Report')],
    ['versions', async (page) => { await ofMessage('I looked at it.', 'Earlier versions')(page); await dialog(page).getByText('I looke.').waitFor(); }],
    ['react', ofMessage('That works for me.', 'Other reaction')],
    ['reacted', async (page) => { await catalogueOpen(page); await page.getByRole('button', { name: /^👍: / }).focus(); await page.keyboard.press('Shift+Tab'); await page.keyboard.press('Tab'); await page.getByRole('tooltip').waitFor(); }],
    ['reply', async (page) => { await ofMessage('That works for me.', 'Reply')(page); await page.getByText('You reply to Kim Nguyen').waitFor(); }],
    ['edit', async (page) => { await ofMessage('I looked at it.', 'Edit')(page); await page.getByText('You are editing your message').waitFor(); await page.keyboard.press('Escape'); await ofMessage('I looked at it.', 'Edit')(page); }],
    ['formats', async (page) => { await catalogueOpen(page); await press(page, 'Formats'); await page.getByRole('button', { name: 'Bold' }).waitFor(); }],
    ['link', async (page) => { await catalogueOpen(page); if (!(await page.getByRole('button', { name: 'Bold' }).isVisible())) await press(page, 'Formats'); await press(page, 'Link'); await page.getByRole('textbox', { name: 'Address' }).waitFor(); }],
    ['emoji', async (page) => { await catalogueOpen(page); await press(page, 'Emoji'); await page.getByRole('button', { name: '😀' }).waitFor(); }],
    ['mention', async (page) => { await catalogueOpen(page); await composer(page).click(); await page.keyboard.type('@'); await page.getByRole('option', { name: /Hana Sato/ }).waitFor(); }],
    ['images', async (page) => {
      await openChat(page, 'Ada Lindqvist');
      await composer(page).waitFor();
      await page.locator('input[type="file"]').setInputFiles({ name: 'hinge.gif', mimeType: 'image/gif', buffer: Buffer.from(IMAGE, 'base64') });
      await page.getByRole('textbox', { name: 'What the image shows' }).waitFor();
    }],
    ['settings-privacy', settings('privacy', 'Luca Romano')],
    ['settings-unblocked', async (page, go) => {
      await settings('privacy', 'Luca Romano')(page, go);
      await press(page, 'Unblock');
      await page.getByText('Luca Romano is no longer blocked').last().waitFor();
    }],
    ['settings-notifications', settings('notifications', 'Notify me in this browser')],
    ['settings-appearance', settings('appearance', 'High contrast')],
    ['settings-language', async (page, go) => { await settings('appearance', 'High contrast')(page, go); await page.getByRole('combobox', { name: 'Language' }).click(); await page.getByRole('option', { name: 'Deutsch' }).waitFor(); }],
    ['settings-account', settings('account', 'Managed by Contoso')],
  ],
  Chiara: [
    ['list-requests', filtered(/^Requests/, 'Noor Bakker'), ANEW],
    ['request', previewed('Goran Petrović')],
    ['request-unverified', request('Noor Bakker')],
    ['request-risky', request('Adah Lindqvist')],
    ['request-risky-preview', previewed('Adah Lindqvist')],
    ['request-risky-accept', async (page) => { await previewed('Adah Lindqvist')(page); await press(page, 'Accept'); await dialog(page).waitFor(); }],
    ['request-group', request('Isaac Mensah')],
    ['request-group-delete', async (page) => { await request('Isaac Mensah')(page); await press(page, 'Delete chat'); await dialog(page).waitFor(); }],
    ['request-block', async (page) => { await request('Goran Petrović')(page); await press(page, 'Block'); await dialog(page).getByRole('checkbox').check(); await dialog(page).getByRole('radio').first().waitFor(); }],
    ['request-report', async (page) => { await request('Noor Bakker')(page); await press(page, 'Report'); await dialog(page).getByRole('radio').first().waitFor(); }],
  ],
  Ada: [
    ['request-personal', request('Kim Nguyen')],
  ],
  Daniel: [
    ['composer-waiting', closed('waiting', 'Until then you can send 9 more messages')],
    ['composer-none-left', closed('full', 'You have sent as many messages as you can')],
    ['composer-blocked', closed('blocked', 'You have blocked Goran Petrović.')],
    ['composer-left', closed('left', 'You are not in this chat any more')],
    ['composer-refused', async (page, go) => {
      await server.call('Ada', 'POST', 'admin/teams/externalAccess/policies', { identity: 'Tag:Inside', enableFederationAccess: false });
      await server.call('Ada', 'POST', 'admin/teams/policy/userAssignments/assign', { value: [{ userId: server.person('Daniel').id, policyType: 'ExternalAccessPolicy', policyId: 'Tag:Inside' }] });
      await closed('refused', 'You can ask the administrator')(page, go);
    }],
  ],
  Kim: [
    ['settings-personal', settings('privacy', 'Who can add me to groups')],
    ['settings-account-personal', settings('account', 'A personal account that belongs to no organisation')],
  ],
};

for (const [who, screens] of Object.entries(SCREENS)) {
  test(`every screen of ${who} is accessible in every theme, and fits into every width`, async (context) => {
    const page = await signIn(server, who);
    const root = `/u/${server.person(who).id}`;
    const go = (to) => goTo(page, `${root}/${to}`);
    /** To the list of chats, with nothing open. */
    const begin = async () => {
      // No hint of where the pointer rests.
      await page.mouse.move(1, 1);
      await prefer(page, 'light');
      await go('settings/account');
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      await go('chats');
      await page.getByRole('region', { name: 'Chats' }).waitFor();
    };
    for (const [name, open, isAnew] of screens) {
      await context.test(name, async () => {
        await page.setViewportSize(DESKTOP);
        const show = async () => { await begin(); await open(page, go); };
        await show();
        await inspect(page, name, isAnew ? { again: show } : {});
      });
    }
    await page.context().close();
  });
}

test('the screens of two accounts beside each other are accessible', async (context) => {
  const ben = await signIn(server, 'Ben');
  const page = await signIn(server, 'Kim', { context: ben.context(), isFurther: true });
  const both = async () => {
    await goTo(page, `/u/${server.person('Kim').id}/chats`);
    await page.getByRole('tab', { name: 'All accounts' }).click();
    await page.getByText('Spring catalogue').first().waitFor();
  };
  await context.test('two-accounts', async () => {
    await both();
    await inspect(page, 'two-accounts', { again: both });
  });
  await context.test('two-accounts-conversation', async () => {
    await both();
    await openChat(page, 'Ada Lindqvist');
    await composer(page).waitFor();
    await inspect(page, 'two-accounts-conversation');
  });
  await context.test('sign-in-further', async () => {
    await goTo(page, '/sign-in');
    await page.getByRole('button', { name: 'Ben Okafor Signed in' }).waitFor();
    await inspect(page, 'sign-in-further');
  });
  await ben.context().close();
});
