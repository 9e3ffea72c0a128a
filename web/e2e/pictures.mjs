/**
 * Makes the pictures of the guides for users and for administrators anew: for each guide a server with
 * the demonstration, and what the guide speaks of on the screen. `make pictures` calls it; look at what
 * it made before it is committed. With ONLY=admin or ONLY=chat it makes those of one guide.
 */
import { choose, composer, messages, openChat, say } from './chat.mjs';
import { closeBrowser, Server, signIn, until } from './harness.mjs';
import { goTo } from './look.mjs';

const FOLDER = new URL('../../docs/guides/pictures/', import.meta.url).pathname;
const WIDE = { width: 1100, height: 700 };
const WIDER = { width: 1180, height: 760 };
/** So high that the charts by day and the one by partner are on it, below what they belong to. */
const HIGH = { width: 1180, height: 1240 };
const HAND = { width: 390, height: 760 };
const POLICIES = 'admin/teams/externalAccess/policies';
const CONFIGURATION = 'admin/teams/externalAccess/configuration';

async function picture(page, name) {
  // Nothing that comes and goes: no hint under the pointer, no cursor.
  await page.mouse.move(2, 2);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && !document.querySelector('[role="listbox"]') && document.activeElement.blur());
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: 'disabled', caret: 'hide' });
}

/** What happens in a demonstration of its own, which ends with it. */
async function on(tell) {
  const server = await Server.start();
  try {
    await tell(server);
  } finally {
    await closeBrowser();
    await server.end();
  }
}

/** `docs/guides/web-client.md` */
async function chat(server) {
  const ben = await signIn(server, 'Ben', { viewport: WIDE });
  const kim = await signIn(server, 'Kim', { context: ben.context(), isFurther: true });
  await kim.getByRole('tab', { name: 'All accounts' }).click();
  await openChat(kim, 'Hana Sato');
  await composer(kim).waitFor();
  await say(kim, 'Thank you! I tell the print shop that it will be Thursday.');
  await picture(kim, 'chat-conversation');
  await kim.getByRole('button', { name: 'New chat' }).first().click();
  await kim.getByRole('combobox', { name: 'With whom' }).fill('goran.petrovic@fabrikam.example');
  await kim.getByRole('option', { name: /Search outside/ }).waitFor();
  await picture(kim, 'chat-new');
  await ben.context().close();

  const chiara = await signIn(server, 'Chiara', { viewport: WIDE });
  await openChat(chiara, 'Goran');
  await chiara.getByRole('button', { name: 'Preview messages' }).click();
  await chiara.getByRole('list', { name: 'What the request says' }).waitFor();
  await picture(chiara, 'chat-request');
  await chiara.context().close();

  const daniel = await signIn(server, 'Daniel', { viewport: HAND, hasTouch: true });
  await daniel.getByRole('button', { name: 'New chat' }).first().click();
  await choose(daniel, 'With whom', server.person('Isaac').mail);
  await daniel.getByRole('button', { name: 'Start chat' }).click();
  await composer(daniel).waitFor();
  await say(daniel, 'Good morning! Which truck brings the samples?');
  await messages(daniel).getByText('Which truck').waitFor();
  await picture(daniel, 'chat-waiting');
  await daniel.context().close();
}

/** Terms that are worth showing: two groups with policies, and some that were changed. */
async function setTerms(server) {
  const as = (method, path, body) => server.call('Ada', method, path, body);
  const join = (group, name) => as('POST', `groups/${group.id}/members/$ref`, { '@odata.id': `${server.url}/v1.0/directoryObjects/${server.person(name).id}` });
  await as('POST', POLICIES, { identity: 'Tag:Executives', enableTeamsConsumerInbound: false });
  await as('POST', POLICIES, { identity: 'Tag:Interns', enableFederationAccess: false, enableTeamsConsumerAccess: false });
  const [board, trainees] = [
    await as('POST', 'groups', { displayName: 'Board', securityEnabled: true }),
    await as('POST', 'groups', { displayName: 'Trainees', securityEnabled: true }),
  ];
  await join(board, 'Chiara');
  for (const name of ['Chiara', 'Elif']) await join(trainees, name);
  await as('POST', `${POLICIES}/Executives/assign`, { groupId: board.id, rank: 1 });
  await as('POST', `${POLICIES}/Interns/assign`, { groupId: trainees.id, rank: 2 });
  const value = [{ userId: server.person('Daniel').id, policyType: 'ExternalAccessPolicy', policyId: 'Tag:Executives' }];
  await as('POST', 'admin/teams/policy/userAssignments/assign', { value });
  await as('PATCH', CONFIGURATION, { blockedDomains: ['evil.example'], externalAccessWithTrialTenants: 'Allowed' });
}

/** `docs/guides/administration-centre.md` */
async function admin(server) {
  await setTerms(server);
  const ada = await signIn(server, 'Ada', { viewport: WIDER });
  const press = (name) => ada.getByRole('button', { name, exact: true });
  const settled = () => until('everything is fetched', async () => (await ada.getByRole('progressbar').count()) === 0);
  const open = async (path) => {
    await goTo(ada, `/u/${server.person('Ada').id}/admin/${path}`);
    await ada.getByRole('heading', { level: 1 }).waitFor();
    await settled();
  };

  await open('overview');
  await ada.getByRole('figure', { name: /^Messages by partner/ }).waitFor();
  await ada.setViewportSize(HIGH);
  await picture(ada, 'admin-overview');
  await ada.setViewportSize(WIDER);

  await open('external-access');
  await press('Strict preset …').click();
  await ada.getByRole('dialog').getByRole('row').nth(1).waitFor();
  await picture(ada, 'admin-strict');
  await ada.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await ada.getByRole('switch', { name: /accounts aren’t managed by an organization/ }).click();
  await ada.getByText(/Contact would end in/).waitFor();
  await picture(ada, 'admin-external-access');
  await press('Review and save').click();
  const review = ada.getByRole('alertdialog');
  await review.getByText(/Contact would end in/).waitFor();
  await picture(ada, 'admin-review');
  await review.getByRole('button', { name: 'Cancel' }).click();
  await press('Discard').click();

  await open('policies');
  await ada.getByText(/Board \(rank 1\)/).first().waitFor();
  await picture(ada, 'admin-policies');
  await open('policies/Executives');
  await ada.getByRole('link', { name: 'Daniel Weiss' }).waitFor();
  await press('Give its settings to everybody').scrollIntoViewIfNeeded();
  await picture(ada, 'admin-policy');
  await open(`members/${server.person('Chiara').id}`);
  await ada.getByRole('list', { name: 'Sources, the strongest first' }).getByText('Applies').waitFor();
  await picture(ada, 'admin-person');

  await open('explain');
  for (const [label, typed] of [['Who makes the contact', 'Elif'], ['With whom', server.person('Kim').mail]]) {
    await ada.getByRole('combobox', { name: label }).click();
    await ada.keyboard.type(typed);
    await ada.getByRole('option', { name: typed }).first().click();
  }
  await press('Explain').click();
  await ada.getByText(/^No: Elif Kaya cannot talk with/).waitFor();
  await picture(ada, 'admin-explain');

  await open('audit');
  await ada.getByText(/^The trail is whole/).waitFor();
  await ada.getByRole('button', { name: /^Details of the event/ }).first().click();
  await ada.getByRole('row', { name: /^Blocked domains 0 entries 1 entry/ }).waitFor();
  await picture(ada, 'admin-audit');
  await ada.context().close();
}

const guides = { chat, admin };
const only = process.env.ONLY;
for (const [name, tell] of Object.entries(guides)) if (!only || only === name) await on(tell);
