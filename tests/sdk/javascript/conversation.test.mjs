// A whole conversation across organisations, driven by the stock Graph client for JavaScript.
//
// Nothing of Visavis is imported: a script written for Microsoft Graph needs another address, another
// token, and the host among those that may have the token. `with-demonstration --tls` says where the
// demonstration is and whom to trust.

import { BatchRequestContent, BatchResponseContent, Client, GraphError, PageIterator } from "@microsoft/microsoft-graph-client";
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
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

test("a message is pinned and unpinned", async () => {
  const pins = `${chat}/pinnedMessages`;
  const named = `https://graph.microsoft.com/v1.0${messages}/${first.id}`;
  const pin = await isaac.graph.api(pins).post({ "message@odata.bind": named });
  const seen = await elif.graph.api(pins).expand("message").get();
  assert.deepEqual(seen.value.map((one) => [one.id, one.message.id]), [[pin.id, first.id]]);
  await elif.graph.api(`${pins}/${pin.id}`).delete();
  assert.deepEqual((await isaac.graph.api(pins).get()).value, []);
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

test("presence has sessions, a status message, and ends when it is cleared", async () => {
  const presence = `/users/${isaac.id}/presence`;
  await isaac.graph.api(`${presence}/setStatusMessage`).post({
    statusMessage: { message: { content: "At the workbench", contentType: "text" } },
  });
  const shown = await elif.graph.api(presence).get();
  assert.equal(shown.statusMessage.message.content, "At the workbench");
  await isaac.graph.api(`${presence}/clearPresence`).post({ sessionId: "22553876-f5ab-4529-bffb-cfe50aa89f87" });
  assert.equal((await isaac.graph.api("/me/presence").get()).activity === "InACall", false);
});

test("whether an interaction is allowed, in both versions", async () => {
  const allowed = async (mail, version) => {
    const users = [{ "@odata.type": "#microsoft.graph.emailIdentity", email: mail }];
    const request = elif.graph.api("/teamwork/determineIfInteractionIsAllowed").version(version);
    return (await request.post({ interactionType: "createChat", users })).value;
  };
  for (const version of ["v1.0", "beta"]) {
    assert.equal(await allowed(isaac.mail, version), true);
    assert.equal(await allowed("nobody@fabrikam.example", version), false);
  }
});

test("people and organisations are looked up as Graph's scripts do", async () => {
  const one = await elif.graph.api(`/users/${ada.mail}`).select("id,displayName,mail").get();
  assert.deepEqual([one.id, one.mail], [ada.id, ada.mail]);
  const filters = [`userPrincipalName eq '${ada.mail}'`, `id eq '${ada.id}'`, `startswith(displayName,'${one.displayName}')`];
  for (const filter of filters) {
    const found = await elif.graph.api("/users").filter(filter).get();
    assert.ok(found.value.some((user) => user.id === ada.id), filter);
  }
  const organisation = await elif.graph.api("/organization").get();
  assert.deepEqual(organisation.value.map((entry) => entry.id), [elif.organisationId]);
});

test("an image travels inside a message", async () => {
  const pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const sent = await elif.graph.api(messages).post({
    body: { contentType: "html", content: '<p>See <img src="../hostedContents/1/$value" alt="a dot"></p>' },
    hostedContents: [{ "@microsoft.graph.temporaryId": "1", contentBytes: pixel, contentType: "image/png" }],
  });
  const listed = await isaac.graph.api(`${messages}/${sent.id}/hostedContents`).get();
  assert.equal(listed.value.length, 1);
  const address = `${messages}/${sent.id}/hostedContents/${listed.value[0].id}/$value`;
  assert.ok(sent.body.content.includes(`/hostedContents/${listed.value[0].id}/$value`), sent.body.content);
  const image = await isaac.graph.api(address).responseType("arraybuffer").get();
  assert.equal(Buffer.from(image).toString("base64"), pixel);
  assert.match(await refusal(kim.graph.api(address).responseType("text").get()), /^404 /);
});

test("delta tells what happened since, and repeats nothing", async () => {
  const walk = async (start) => {
    const told = [];
    let page = await isaac.graph.api(start).get();
    told.push(...page.value);
    while (page["@odata.nextLink"]) {
      page = await isaac.graph.api(page["@odata.nextLink"]).get();
      told.push(...page.value);
    }
    return [told, page["@odata.deltaLink"]];
  };
  const [before, link] = await walk(`${messages}/delta`);
  assert.equal(new Set(before.map((message) => message.id)).size, before.length);
  assert.deepEqual((await walk(link))[0], []);
  const fresh = await elif.graph.api(messages).post({ body: { content: "After the delta" } });
  const [after, later] = await walk(link);
  assert.deepEqual(after.map((message) => [message.id, message.body.content]), [[fresh.id, "After the delta"]]);
  assert.deepEqual((await walk(later))[0], []);
  assert.match(await refusal(elif.graph.api(link).get()), /^4(00|04|10) /);
});

test("a batch answers each of its requests", async () => {
  const inside = (path, init) => new Request(`${server.origin}${path}`, init);
  const ask = async (requests) => {
    const content = await new BatchRequestContent(requests).getContent();
    return new BatchResponseContent(await elif.graph.api("/$batch").post(content));
  };
  const statuses = (answers) => [...answers.getResponsesIterator()].map(([id, answer]) => `${id}: ${answer.status}`);
  const nothing = inside("/chats/19:nothing@thread.v2");
  const post = inside(messages, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ body: { content: "From a batch" } }),
  });
  // The client allows dependencies on one request, or each on the one before.
  const answers = await ask([
    { id: "1", request: inside("/me") },
    { id: "2", request: nothing, dependsOn: ["1"] },
    { id: "3", request: post, dependsOn: ["1"] },
  ]);
  assert.deepEqual(statuses(answers), ["1: 200", "2: 404", "3: 201"]);
  assert.equal((await answers.getResponseById("1").json()).id, elif.id);
  const failed = await ask([
    { id: "1", request: nothing.clone() },
    { id: "2", request: inside("/me"), dependsOn: ["1"] },
  ]);
  assert.deepEqual(statuses(failed), ["1: 404", "2: 424"]);
  assert.equal((await elif.graph.api(messages).top(1).get()).value[0].body.content, "From a batch");
});

test("a subscription is validated, told of what happens, renewed and ended", async () => {
  const received = [];
  const receiver = createServer(async (request, response) => {
    const asked = new URL(request.url, "http://receiver").searchParams.get("validationToken");
    if (asked !== null) {
      return response.writeHead(200, { "Content-Type": "text/plain" }).end(asked);
    }
    let text = "";
    for await (const chunk of request) {
      text += chunk;
    }
    response.writeHead(202).end();
    received.push(...JSON.parse(text).value);
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  try {
    const inMinutes = (count) => new Date(Date.now() + count * 60_000).toISOString();
    const wish = {
      changeType: "created",
      notificationUrl: `http://127.0.0.1:${receiver.address().port}/changes`,
      resource: `${messages}`,
      expirationDateTime: inMinutes(50),
      clientState: "sesame",
    };
    const made = await isaac.graph.api("/subscriptions").post(wish);
    assert.equal(made.creatorId, isaac.id);
    const sent = await elif.graph.api(messages).post({ body: { content: "Tell Isaac" } });
    const deadline = Date.now() + 20_000;
    while (received.length === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [told] = received;
    assert.deepEqual([told.subscriptionId, told.clientState, told.changeType], [made.id, "sesame", "created"]);
    assert.equal(told.resourceData.id, sent.id);
    const fetched = await isaac.graph.api(`/${told.resource}`).get();
    assert.equal(fetched.body.content, "Tell Isaac");
    const path = `/subscriptions/${made.id}`;
    const renewed = await isaac.graph.api(path).patch({ expirationDateTime: inMinutes(55) });
    assert.ok(Date.parse(renewed.expirationDateTime) > Date.parse(made.expirationDateTime));
    assert.equal(await refusal(elif.graph.api(path).get()), "404 NotFound");
    await isaac.graph.api(path).delete();
    assert.deepEqual((await isaac.graph.api("/subscriptions").get()).value, []);
    // Somebody else's chat is as one that is not there, and an address that is silent is not subscribed.
    assert.match(await refusal(kim.graph.api("/subscriptions").post(wish)), /^40[34] /);
    const silent = { ...wish, notificationUrl: "http://127.0.0.1:9/" };
    assert.match(await refusal(isaac.graph.api("/subscriptions").post(silent)), /^400 .*validationFailed/);
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});

test("who is too fast is told how long to wait, and the client waits", async () => {
  const say = () =>
    fetch(`${server.origin}/v1.0${messages}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${elif.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ body: { content: "Quick" } }),
    });
  const answers = await Promise.all(Array.from({ length: 60 }, say));
  const refused = answers.filter((answer) => answer.status !== 201);
  assert.ok(refused.length > 0, "nothing was refused");
  for (const answer of refused) {
    assert.equal(answer.status, 429);
    assert.match(answer.headers.get("Retry-After"), /^[1-9][0-9]*$/);
    assert.equal((await answer.json()).error.code, "TooManyRequests");
  }
  const sent = await elif.graph.api(messages).post({ body: { content: "Patient" } });
  assert.equal((await isaac.graph.api(`${messages}/${sent.id}`).get()).body.content, "Patient");
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
