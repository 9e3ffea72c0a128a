// A whole conversation across organisations, driven by the stock Graph client for JavaScript.
//
// Nothing of Visavis is imported: a script written for Microsoft Graph needs another address, another
// token, and the host among those that may have the token. `with-demonstration --tls` says where the
// demonstration is and whom to trust.

import { Client, GraphError, PageIterator } from "@microsoft/microsoft-graph-client";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const server = new URL(process.env.VISAVIS_SERVER);
const demonstration = JSON.parse(readFileSync(`${process.env.VISAVIS_DATA}/demo.json`, "utf8"));

/** Somebody of the demonstration, with a client that acts as them. */
function person(firstName) {
  const account = demonstration.accounts.find((one) => one.mail.startsWith(`${firstName}.`));
  return { ...account, graph: clientOf(account.token) };
}

function clientOf(token) {
  return Client.init({
    baseUrl: server.origin,
    defaultVersion: "v1.0",
    customHosts: new Set([server.hostname]),
    authProvider: (done) => done(null, token),
  });
}

/** A member as the documentation of Graph writes one. */
function member(key, role = "owner") {
  return {
    "@odata.type": "#microsoft.graph.aadUserConversationMember",
    roles: [role],
    "user@odata.bind": `https://graph.microsoft.com/v1.0/users('${key}')`,
  };
}

/** What the call is refused with; fails when it is not refused. */
async function refusal(call) {
  let error;
  try {
    await call;
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof GraphError, `refused, not ${error}`);
  const inner = JSON.parse(error.body).innerError;
  return [error.statusCode, error.code, inner?.code].filter((part) => part !== undefined).join(" ");
}

const said = (messages) => messages.map((message) => message.body.content);

const elif = person("elif"); // of Contoso
const isaac = person("isaac"); // of Fabrikam
const kim = person("kim"); // who belongs to nobody
const ada = person("ada"); // Contoso's administrator

let chat; // between Elif and Isaac
let messages; // their path
let first; // what Elif wrote before Isaac accepted
let group;

test("who am I", async () => {
  const me = await elif.graph.api("/me").get();
  assert.equal(me.userPrincipalName, elif.mail);
  assert.equal(me.id, elif.id);
  const few = await elif.graph.api("/me").select(["id", "displayName"]).get();
  assert.deepEqual(Object.keys(few).filter((key) => !key.startsWith("@")).sort(), ["displayName", "id"]);
});

test("the directory answers exact look-ups, outsiders are not in it", async () => {
  const users = (filter) => elif.graph.api("/users").filter(filter).get();
  const found = await users(`mail eq '${ada.mail}'`);
  assert.deepEqual(found.value.map((user) => user.id), [ada.id]);
  assert.deepEqual((await users(`mail eq '${isaac.mail}'`)).value, []);
});

test("an outsider is found by the whole address only", async () => {
  const resolved = await elif.graph.api("/me/externalContacts/resolve").post({
    identities: [
      { "@odata.type": "#microsoft.graph.emailIdentity", email: isaac.mail },
      { "@odata.type": "#microsoft.graph.emailIdentity", email: "isaac@fabrikam.example" },
    ],
  });
  assert.deepEqual(resolved.value.map((one) => one.result), ["found", "notReachable"]);
});

test("POST /chats to an outsider's address asks for contact", async () => {
  const created = await elif.graph.api("/chats").post({
    chatType: "oneOnOne",
    members: [member(elif.mail), member(isaac.mail)],
  });
  chat = `/chats/${created.id}`;
  messages = `${chat}/messages`;
  assert.equal(created.chatType, "oneOnOne");
  const again = await elif.graph.api("/chats").post({
    chatType: "oneOnOne",
    members: [member(isaac.id), member(elif.id)],
  });
  assert.equal(again.id, created.id, "starting it again finds the same chat");
  const shown = await elif.graph.api(chat).get();
  assert.deepEqual([shown.contactRequest.state, shown.contactRequest.direction], ["pending", "outbound"]);
});

test("a repeated send with one key makes one message", async () => {
  const send = () =>
    elif.graph.api(messages).header("Idempotency-Key", "hello-isaac").post({
      body: { contentType: "html", content: "<p>Hello Isaac, <b>Elif</b> of Contoso.</p>" },
    });
  first = await send();
  assert.equal((await send()).id, first.id);
  const page = await elif.graph.api(messages).get();
  assert.equal(page.value.filter((message) => message.messageType === "message").length, 1);
});

test("before acceptance the recipient sees who asks, and nothing of what was written", async () => {
  const pending = await isaac.graph
    .api("/me/chats")
    .filter("contactRequest/state eq 'pending' and contactRequest/direction eq 'inbound'")
    .get();
  const request = pending.value.find((one) => `/chats/${one.id}` === chat);
  assert.equal(request.contactRequest.requestedBy.email, elif.mail);
  assert.equal(request.lastMessagePreview, null);
  assert.equal(await refusal(isaac.graph.api(messages).get()), "404 NotFound");
});

test("the preview is inert text", async () => {
  const preview = await isaac.graph.api(`${chat}/requestPreview`).get();
  assert.deepEqual(said(preview.value), ["Hello Isaac, Elif of Contoso."]);
  assert.equal(preview.value[0].body.contentType, "text");
});

test("ten messages while waiting, then a refusal with its code", async () => {
  for (let count = 2; count <= 10; count += 1) {
    await elif.graph.api(messages).post({ body: { content: `Line ${count}` } });
  }
  const eleventh = elif.graph.api(messages).post({ body: { content: "One too many" } });
  assert.equal(await refusal(eleventh), "403 Forbidden pendingCap");
});

test("acceptRequest opens the conversation for both", async () => {
  await isaac.graph.api(`${chat}/acceptRequest`).post({});
  const page = await isaac.graph.api(messages).top(50).get();
  assert.ok(said(page.value).includes(first.body.content));
  await isaac.graph.api(messages).post({ body: { content: "Hello Elif." } });
  assert.equal((await elif.graph.api(messages).get()).value[0].body.content, "Hello Elif.");
  assert.equal((await elif.graph.api(chat).get()).contactRequest.state, "accepted");
});

test("members are typed, and marked as external for the one who looks", async () => {
  const members = await elif.graph.api(`${chat}/members`).get();
  const other = members.value.find((one) => one.userId === isaac.id);
  assert.equal(other["@odata.type"], "#microsoft.graph.aadUserConversationMember");
  assert.equal(other.tenantId, isaac.organisationId);
  assert.equal(other.isExternal, true);
  const own = await elif.graph.api(`${chat}/members/${other.id}`).get();
  assert.equal(own.email, isaac.mail);
});

test("reactions come and go", async () => {
  const message = `${messages}/${first.id}`;
  await isaac.graph.api(`${message}/setReaction`).post({ reactionType: "💘" });
  const loved = await elif.graph.api(message).get();
  assert.deepEqual(loved.reactions.map((one) => [one.reactionType, one.user.user.id]), [["💘", isaac.id]]);
  await isaac.graph.api(`${message}/unsetReaction`).post({ reactionType: "💘" });
  assert.deepEqual((await elif.graph.api(message).get()).reactions, []);
});

test("a script that patches the whole message it read edits it", async () => {
  const read = await elif.graph.api(`${messages}/${first.id}`).get();
  await elif.graph.api(`${messages}/${first.id}`).patch({ ...read, body: { contentType: "text", content: "Edited" } });
  const edited = await isaac.graph.api(`${messages}/${first.id}`).get();
  assert.equal(edited.body.content, "Edited");
  assert.ok(edited.lastEditedDateTime);
  const foreign = isaac.graph.api(`${messages}/${first.id}`).patch({ body: { content: "Mine" } });
  assert.equal(await refusal(foreign), "403 Forbidden noPermission");
});

test("a reply quotes", async () => {
  const reply = await isaac.graph.api(`${messages}/replyWithQuote`).post({
    messageIds: [first.id],
    replyMessage: { body: { contentType: "html", content: "<p>To this:</p>" } },
  });
  const quote = reply.attachments.find((one) => one.contentType === "messageReference");
  assert.equal(quote.id, first.id);
  assert.equal(JSON.parse(quote.content).messageId, first.id);
});

test("a mention names its person", async () => {
  const sent = await elif.graph.api(messages).post({
    body: { contentType: "html", content: 'Look, <at id="0">Isaac Mensah</at>' },
    mentions: [
      {
        id: 0,
        mentionText: "Isaac Mensah",
        mentioned: { user: { id: isaac.id, displayName: "Isaac Mensah", userIdentityType: "federatedUser" } },
      },
    ],
  });
  assert.equal(sent.mentions[0].mentioned.user.id, isaac.id);
});

test("deletion leaves a tombstone, and can be undone", async () => {
  const message = `${messages}/${first.id}`;
  const mine = `/users/${elif.id}${message}`;
  await elif.graph.api(`${mine}/softDelete`).post({});
  const gone = await isaac.graph.api(message).get();
  assert.ok(gone.deletedDateTime);
  assert.equal(gone.body.content, "");
  await elif.graph.api(`${mine}/undoSoftDelete`).post({});
  assert.equal((await isaac.graph.api(message).get()).body.content, "Edited");
});

test("PageIterator walks every page once, on the host of the caller", async () => {
  const page = await elif.graph.api(messages).top(3).get();
  assert.ok(page["@odata.nextLink"].startsWith(`${server.origin}/v1.0/`), page["@odata.nextLink"]);
  const ids = [];
  const pages = new PageIterator(elif.graph, page, (message) => ids.push(message.id) > 0);
  await pages.iterate();
  assert.ok(pages.isComplete());
  assert.equal(new Set(ids).size, ids.length);
  const all = await elif.graph.api(messages).top(50).get();
  assert.deepEqual(ids, all.value.map((message) => message.id));
});

test("the list of chats as most scripts ask for it", async () => {
  const chats = await isaac.graph
    .api("/me/chats")
    .expand("members,lastMessagePreview")
    .top(50)
    .orderby("lastMessagePreview/createdDateTime desc")
    .get();
  const one = chats.value.find((entry) => `/chats/${entry.id}` === chat);
  assert.equal(one.members.length, 2);
  assert.ok(one.lastMessagePreview.body.content.includes("Look"));
  const by = (entry) => Date.parse(entry.lastMessagePreview?.createdDateTime ?? 0);
  const times = chats.value.filter((entry) => entry.lastMessagePreview).map(by);
  assert.deepEqual(times, [...times].sort((a, b) => b - a));
});

test("reading marks, hiding and finding again", async () => {
  const user = { user: { id: elif.id, tenantId: elif.organisationId } };
  await elif.graph.api(`${chat}/markChatReadForUser`).post(user);
  await elif.graph.api(`${chat}/hideForUser`).post(user);
  assert.equal((await elif.graph.api(chat).get()).viewpoint.isHidden, true);
  await elif.graph.api(`${chat}/unhideForUser`).post(user);
  assert.equal((await elif.graph.api(chat).get()).viewpoint.isHidden, false);
});

test("a group of three homes, with a topic and a history from now on", async () => {
  const created = await elif.graph.api("/chats").post({
    chatType: "group",
    topic: "Housing",
    members: [member(elif.mail), member(isaac.mail)],
  });
  group = `/chats/${created.id}`;
  await elif.graph.api(`${group}/messages`).post({ body: { content: "Before Kim" } });
  await elif.graph.api(`${group}/members`).post(member(kim.mail));
  await elif.graph.api(group).patch({ topic: "Housing, thinner" });
  await elif.graph.api(`${group}/messages`).post({ body: { content: "With Kim" } });
  const requests = await kim.graph.api("/me/chats").filter("contactRequest/state eq 'pending'").get();
  if (requests.value.some((one) => one.id === created.id)) {
    await kim.graph.api(`${group}/acceptRequest`).post({});
  }
  const heard = said((await kim.graph.api(`${group}/messages`).get()).value);
  assert.ok(heard.includes("With Kim") && !heard.includes("Before Kim"), String(heard));
  const members = (await isaac.graph.api(`${group}/members`).get()).value;
  const guest = members.find((one) => one.userId === kim.id);
  assert.equal(guest["@odata.type"], "#microsoft.graph.microsoftAccountUserConversationMember");
  await elif.graph.api(`${group}/members/${guest.id}`).delete();
  assert.equal((await isaac.graph.api(`${group}/members`).get()).value.length, 2);
  const late = kim.graph.api(`${group}/messages`).post({ body: { content: "Still here?" } });
  assert.match(await refusal(late), /^40[34] /);
});

test("what happened in a group is an event with a type, if one asks for it", async () => {
  const events = async (prefer) => {
    let request = isaac.graph.api(`${group}/messages`).top(50);
    if (prefer) {
      request = request.header("Prefer", "include-unknown-enum-members");
    }
    const page = await request.get();
    return page.value.filter((message) => message.eventDetail);
  };
  assert.ok((await events(false)).every((one) => one.messageType === "unknownFutureValue"));
  const known = await events(true);
  assert.ok(known.every((one) => one.messageType === "systemEventMessage"));
  const kinds = known.map((one) => one.eventDetail["@odata.type"]);
  for (const kind of ["membersAdded", "chatRenamed", "membersDeleted"]) {
    assert.ok(kinds.includes(`#microsoft.graph.${kind}EventMessageDetail`), `${kind} in ${kinds}`);
  }
});

test("presence shows to contacts", async () => {
  await isaac.graph.api(`/users/${isaac.id}/presence/setPresence`).post({
    sessionId: "22553876-f5ab-4529-bffb-cfe50aa89f87",
    availability: "Busy",
    activity: "InACall",
    expirationDuration: "PT1H",
  });
  const presences = await elif.graph
    .api("/communications/getPresencesByUserId")
    .post({ ids: [isaac.id] });
  assert.deepEqual(presences.value.map((one) => [one.id, one.availability]), [[isaac.id, "Busy"]]);
});

test("an export takes everything that one person sees, page by page", async () => {
  const page = await elif.graph.api(`/users/${elif.id}/chats/getAllMessages`).top(5).get();
  const exported = [];
  await new PageIterator(elif.graph, page, (message) => exported.push(message.id) > 0).iterate();
  const shown = (await elif.graph.api(messages).top(50).get()).value.map((message) => message.id);
  assert.deepEqual(shown.filter((id) => !exported.includes(id)), []);
  const foreign = elif.graph.api(`/users/${isaac.id}/chats/getAllMessages`).get();
  assert.equal(await refusal(foreign), "404 NotFound");
});

test("terms change, and what they forbid is refused at once with its rule", async () => {
  const terms = "/admin/teams/externalAccess/configuration";
  await ada.graph.api(terms).patch({ allowFederatedUsers: false });
  const send = elif.graph.api(messages).post({ body: { content: "Still allowed?" } });
  const refused = await refusal(send);
  await ada.graph.api(terms).patch({ allowFederatedUsers: true });
  assert.equal(refused, "403 Forbidden orgFederationOff");
  assert.equal(await refusal(elif.graph.api(terms).get()), "403 Forbidden noPermission");
});

test("what is refused comes in Graph's envelope", async () => {
  const wrong = [
    [() => isaac.graph.api("/chats/19:nothing@thread.v2").get(), "404 NotFound"],
    [() => elif.graph.api("/users/nobody@contoso.example").get(), "404 Request_ResourceNotFound"],
    [() => elif.graph.api("/me/chats").top(51).get(), "400 BadRequest invalid"],
    [() => elif.graph.api(messages).post({ body: { content: "" } }), "400 BadRequest invalid"],
    [() => clientOf("vv_nonsense").api("/me").get(), "401 InvalidAuthenticationToken notSignedIn"],
  ];
  for (const [call, expected] of wrong) {
    assert.equal(await refusal(call()), expected);
  }
});

test("a token that was revoked ends at once", async () => {
  const created = await elif.graph.api("/me/tokens").post({ name: "A script" });
  const script = clientOf(created.secret);
  assert.equal((await script.api("/me").get()).id, elif.id);
  await elif.graph.api(`/me/tokens/${created.id}`).delete();
  assert.match(await refusal(script.api("/me").get()), /^401 InvalidAuthenticationToken/);
});
