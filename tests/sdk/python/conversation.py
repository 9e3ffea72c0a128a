"""A whole conversation across organisations, driven by the stock Graph client for Python.

Nothing of Visavis is imported. `with-demonstration --tls` says where the demonstration is and whom to
trust. What Graph has no resource for, such as accepting a request, goes through the same adapter.
"""

import asyncio
import base64
import json
import os
import sys
import threading
import time
import traceback
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.chats.chats_request_builder import ChatsRequestBuilder
from msgraph.generated.chats.item.mark_chat_read_for_user.mark_chat_read_for_user_post_request_body import (
    MarkChatReadForUserPostRequestBody,
)
from msgraph.generated.chats.item.messages.item.set_reaction.set_reaction_post_request_body import (
    SetReactionPostRequestBody,
)
from msgraph.generated.chats.item.messages.item.unset_reaction.unset_reaction_post_request_body import (
    UnsetReactionPostRequestBody,
)
from msgraph.generated.chats.item.messages.messages_request_builder import MessagesRequestBuilder
from msgraph.generated.chats.item.messages.reply_with_quote.reply_with_quote_post_request_body import (
    ReplyWithQuotePostRequestBody,
)
from msgraph.generated.chats.item.pinned_messages.pinned_messages_request_builder import (
    PinnedMessagesRequestBuilder,
)
from msgraph.generated.communications.get_presences_by_user_id.get_presences_by_user_id_post_request_body import (
    GetPresencesByUserIdPostRequestBody,
)
from msgraph.generated.models.aad_user_conversation_member import AadUserConversationMember
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.chat import Chat
from msgraph.generated.models.chat_message import ChatMessage
from msgraph.generated.models.chat_message_hosted_content import ChatMessageHostedContent
from msgraph.generated.models.chat_type import ChatType
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.microsoft_account_user_conversation_member import (
    MicrosoftAccountUserConversationMember,
)
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.pinned_chat_message_info import PinnedChatMessageInfo
from msgraph.generated.models.presence_status_message import PresenceStatusMessage
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.models.teamwork_user_identity import TeamworkUserIdentity
from msgraph.generated.users.item.presence.clear_presence.clear_presence_post_request_body import (
    ClearPresencePostRequestBody,
)
from msgraph.generated.users.item.presence.set_presence.set_presence_post_request_body import (
    SetPresencePostRequestBody,
)
from msgraph.generated.users.item.presence.set_status_message.set_status_message_post_request_body import (
    SetStatusMessagePostRequestBody,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

SERVER = os.environ["VISAVIS_SERVER"]
with open(os.path.join(os.environ["VISAVIS_DATA"], "demo.json"), encoding="utf-8") as file:
    ACCOUNTS = json.load(file)["accounts"]


class Token:
    """A credential that hands out one token."""

    def __init__(self, secret):
        self.secret = secret

    def get_token(self, *_scopes, **_more):
        return AccessToken(self.secret, int(time.time()) + 3600)


class Person:
    """Somebody of the demonstration, with a client that acts as them."""

    def __init__(self, first_name=None, token=None):
        account = next((one for one in ACCOUNTS if one["mail"].startswith(f"{first_name}.")), {})
        self.id = account.get("id")
        self.mail = account.get("mail")
        self.organisation = account.get("organisationId")
        provider = AzureIdentityAuthenticationProvider(Token(token or account["token"]))
        self.adapter = GraphRequestAdapter(provider)
        self.adapter.base_url = f"{SERVER}/v1.0"
        self.graph = GraphServiceClient(request_adapter=self.adapter)

    async def call(self, method, path, body=None):
        """One of the endpoints that Graph does not have; the SDK signs it and reads its errors."""
        request = RequestInformation(method, "{+baseurl}" + path)
        request.path_parameters = {"baseurl": self.adapter.base_url}
        request.headers.add("Accept", "application/json")
        if body is not None:
            request.set_stream_content(json.dumps(body).encode(), "application/json")
        errors = {"XXX": ODataError}
        answer = await self.adapter.send_primitive_async(request, "bytes", errors)
        return json.loads(answer) if answer else None


def member(key, roles=("owner",)):
    one = AadUserConversationMember(roles=list(roles), odata_type="#microsoft.graph.aadUserConversationMember")
    one.additional_data = {"user@odata.bind": f"{SERVER}/v1.0/users('{key}')"}
    return one


def text(content):
    return ChatMessage(body=ItemBody(content=content))


def html(content):
    return ChatMessage(body=ItemBody(content_type=BodyType.Html, content=content))


def said(page):
    return [message.body.content for message in page.value]


async def refusal(call):
    """What a call is refused with; fails when it is not refused."""
    try:
        await call
    except ODataError as error:
        inner = error.error.inner_error
        code = (inner.additional_data or {}).get("code") if inner else None
        return " ".join(str(part) for part in (error.response_status_code, error.error.code, code) if part)
    raise AssertionError("the call was not refused")


def equal(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


SESSION = "22553876-f5ab-4529-bffb-cfe50aa89f87"
# One dot.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Receiver:
    """A server of a subscriber, on a free port of this machine."""

    def __init__(self):
        self.items = items = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = parse_qs(urlparse(self.path).query).get("validationToken")
                answer = asked[0].encode() if asked else b""
                self.send_response(200 if asked else 202)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                if not asked:
                    items.extend(json.loads(body)["value"])

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/changes"

    async def first(self):
        for _ in range(400):
            if self.items:
                return self.items[0]
            await asyncio.sleep(0.05)
        raise AssertionError("nothing was told")


class Conversation:
    def __init__(self):
        self.elif_ = Person("elif")
        self.isaac = Person("isaac")
        self.kim = Person("kim")
        self.ada = Person("ada")
        self.chat_id = self.first = self.group_id = None

    def chat(self, person):
        return person.graph.chats.by_chat_id(self.chat_id)

    async def who_am_i(self):
        me = await self.elif_.graph.me.get()
        equal((me.id, me.user_principal_name), (self.elif_.id, self.elif_.mail))

    async def exact_look_up_in_the_directory(self):
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
        async def found(mail):
            parameters = query(filter=f"mail eq '{mail}'")
            page = await self.elif_.graph.users.get(RequestConfiguration(query_parameters=parameters))
            return [user.id for user in page.value]
        equal(await found(self.ada.mail), [self.ada.id])
        equal(await found(self.isaac.mail), [])

    async def a_chat_with_an_outsiders_address_asks_for_contact(self):
        new = Chat(chat_type=ChatType.OneOnOne, members=[member(self.elif_.mail), member(self.isaac.mail)])
        created = await self.elif_.graph.chats.post(new)
        self.chat_id = created.id
        equal(created.chat_type, ChatType.OneOnOne)
        equal((await self.elif_.graph.chats.post(new)).id, self.chat_id)
        shown = await self.chat(self.elif_).get()
        equal(shown.additional_data["contactRequest"]["state"], "pending")

    async def a_repeated_send_makes_one_message(self):
        headers = HeadersCollection()
        headers.add("Idempotency-Key", "hello-isaac")
        send = lambda: self.chat(self.elif_).messages.post(
            html("<p>Hello Isaac, <b>Elif</b> of Contoso.</p>"), RequestConfiguration(headers=headers))
        self.first = (await send()).id
        equal((await send()).id, self.first)

    async def nothing_shows_before_acceptance_but_the_preview(self):
        equal(await refusal(self.chat(self.isaac).messages.get()), "404 NotFound")
        preview = await self.isaac.call(Method.GET, f"/chats/{self.chat_id}/requestPreview")
        equal([one["body"] for one in preview["value"]],
              [{"contentType": "text", "content": "Hello Isaac, Elif of Contoso."}])

    async def ten_messages_while_waiting(self):
        for count in range(2, 11):
            await self.chat(self.elif_).messages.post(text(f"Line {count}"))
        refused = await refusal(self.chat(self.elif_).messages.post(text("One too many")))
        equal(refused, "403 Forbidden pendingCap")

    async def acceptance_opens_the_conversation(self):
        await self.isaac.call(Method.POST, f"/chats/{self.chat_id}/acceptRequest", {})
        await self.chat(self.isaac).messages.post(text("Hello Elif."))
        equal((await self.chat(self.elif_).messages.get()).value[0].body.content, "Hello Elif.")

    async def members_are_typed_and_marked(self):
        page = await self.chat(self.elif_).members.get()
        other = next(one for one in page.value if one.user_id == self.isaac.id)
        assert isinstance(other, AadUserConversationMember), type(other)
        equal((other.tenant_id, other.additional_data["isExternal"]), (self.isaac.organisation, True))
        # Ids of members end in `=`, which this client writes as %3D.
        one = await self.chat(self.elif_).members.by_conversation_member_id(other.id).get()
        equal(one.email, self.isaac.mail)

    async def reactions_come_and_go(self):
        message = self.chat(self.isaac).messages.by_chat_message_id(self.first)
        await message.set_reaction.post(SetReactionPostRequestBody(reaction_type="💘"))
        equal([one.reaction_type for one in (await message.get()).reactions], ["💘"])
        await message.unset_reaction.post(UnsetReactionPostRequestBody(reaction_type="💘"))
        equal((await message.get()).reactions, [])

    async def a_message_is_pinned_and_unpinned(self):
        pins = self.chat(self.isaac).pinned_messages
        named = f"{SERVER}/v1.0/chats/{self.chat_id}/messages/{self.first}"
        pin = await pins.post(PinnedChatMessageInfo(additional_data={"message@odata.bind": named}))
        theirs = self.chat(self.elif_).pinned_messages
        query = PinnedMessagesRequestBuilder.PinnedMessagesRequestBuilderGetQueryParameters
        seen = await theirs.get(RequestConfiguration(query_parameters=query(expand=["message"])))
        equal([(one.id, one.message.id) for one in seen.value], [(pin.id, self.first)])
        await theirs.by_pinned_chat_message_info_id(pin.id).delete()
        equal((await pins.get()).value, [])

    async def edits_deletion_and_its_undoing(self):
        message = self.chat(self.elif_).messages.by_chat_message_id(self.first)
        await message.patch(text("Edited"))
        theirs = self.chat(self.isaac).messages.by_chat_message_id(self.first)
        edited = await theirs.get()
        equal(edited.body.content, "Edited")
        assert isinstance(edited.last_edited_date_time, datetime)
        equal(await refusal(theirs.patch(text("Mine"))), "403 Forbidden noPermission")
        await message.soft_delete.post()
        assert (await theirs.get()).deleted_date_time
        await message.undo_soft_delete.post()
        equal((await theirs.get()).body.content, "Edited")

    async def a_reply_quotes(self):
        body = ReplyWithQuotePostRequestBody(message_ids=[self.first], reply_message=html("<p>To this:</p>"))
        reply = await self.chat(self.isaac).messages.reply_with_quote.post(body)
        equal([one.id for one in reply.attachments if one.content_type == "messageReference"], [self.first])

    async def pages_lead_on_over_the_host_of_the_caller(self):
        query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters
        messages = self.chat(self.elif_).messages
        page = await messages.get(RequestConfiguration(query_parameters=query(top=3)))
        ids = [message.id for message in page.value]
        while page.odata_next_link:
            assert page.odata_next_link.startswith(f"{SERVER}/v1.0/"), page.odata_next_link
            page = await messages.with_url(page.odata_next_link).get()
            ids += [message.id for message in page.value]
        everything = await messages.get(RequestConfiguration(query_parameters=query(top=50)))
        equal(ids, [message.id for message in everything.value])
        assert len(ids) == len(set(ids)) > 10

    async def the_list_of_chats_as_most_scripts_ask_for_it(self):
        query = ChatsRequestBuilder.ChatsRequestBuilderGetQueryParameters(
            expand=["members", "lastMessagePreview"], top=50,
            orderby=["lastMessagePreview/createdDateTime desc"])
        page = await self.isaac.graph.chats.get(RequestConfiguration(query_parameters=query))
        one = next(chat for chat in page.value if chat.id == self.chat_id)
        equal(len(one.members), 2)
        assert one.last_message_preview.body.content

    async def marks_of_reading(self):
        user = TeamworkUserIdentity(id=self.elif_.id)
        user.additional_data = {"tenantId": self.elif_.organisation}
        await self.chat(self.elif_).mark_chat_read_for_user.post(MarkChatReadForUserPostRequestBody(user=user))
        assert (await self.chat(self.elif_).get()).viewpoint.last_message_read_date_time

    async def a_group_of_three_homes(self):
        new = Chat(chat_type=ChatType.Group, topic="Housing",
                   members=[member(self.elif_.mail), member(self.isaac.mail)])
        self.group_id = (await self.elif_.graph.chats.post(new)).id
        group = self.elif_.graph.chats.by_chat_id(self.group_id)
        await group.messages.post(text("Before Kim"))
        joining = member(self.kim.mail)
        joining.visible_history_start_date_time = datetime.min.replace(tzinfo=timezone.utc)
        await group.members.post(joining)
        equal((await group.patch(Chat(topic="Housing, thinner"))).topic, "Housing, thinner")
        theirs = self.kim.graph.chats.by_chat_id(self.group_id)
        shown = await theirs.get()
        request = shown.additional_data.get("contactRequest")
        if request and request["state"] == "pending":
            await self.kim.call(Method.POST, f"/chats/{self.group_id}/acceptRequest", {})
        assert "Before Kim" in said(await theirs.messages.get())
        page = await self.isaac.graph.chats.by_chat_id(self.group_id).members.get()
        personal = next(one for one in page.value if isinstance(one, MicrosoftAccountUserConversationMember))
        equal(personal.user_id, self.kim.id)
        await group.members.by_conversation_member_id(personal.id).delete()
        equal(len((await group.members.get()).value), 2)

    async def presence_shows_to_contacts(self):
        body = SetPresencePostRequestBody(
            session_id=SESSION, availability="Busy", activity="InACall",
            expiration_duration=timedelta(hours=1))
        await self.isaac.graph.users.by_user_id(self.isaac.id).presence.set_presence.post(body)
        ids = GetPresencesByUserIdPostRequestBody(ids=[self.isaac.id])
        found = await self.elif_.graph.communications.get_presences_by_user_id.post(ids)
        equal([(one.id, one.availability) for one in found.value], [(self.isaac.id, "Busy")])

    async def presence_has_a_message_and_is_cleared(self):
        presence = self.isaac.graph.users.by_user_id(self.isaac.id).presence
        message = PresenceStatusMessage(message=ItemBody(content="At the workbench", content_type=BodyType.Text))
        await presence.set_status_message.post(SetStatusMessagePostRequestBody(status_message=message))
        shown = await self.elif_.graph.users.by_user_id(self.isaac.id).presence.get()
        equal((shown.activity, shown.status_message.message.content), ("InACall", "At the workbench"))
        await presence.clear_presence.post(ClearPresencePostRequestBody(session_id=SESSION))
        assert (await self.isaac.graph.me.presence.get()).activity != "InACall"

    async def whether_an_interaction_is_allowed(self):
        async def allowed(mail):
            user = {"@odata.type": "#microsoft.graph.emailIdentity", "email": mail}
            body = {"interactionType": "createChat", "users": [user]}
            answer = await self.elif_.call(Method.POST, "/teamwork/determineIfInteractionIsAllowed", body)
            return answer["value"]
        equal(await allowed(self.isaac.mail), True)
        equal(await allowed("nobody@fabrikam.example"), False)

    async def people_and_organisations_are_looked_up(self):
        one = await self.elif_.graph.users.by_user_id(self.ada.mail).get()
        equal((one.id, one.mail), (self.ada.id, self.ada.mail))
        query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
        for condition in (f"userPrincipalName eq '{self.ada.mail}'", f"id eq '{self.ada.id}'"):
            page = await self.elif_.graph.users.get(
                RequestConfiguration(query_parameters=query(filter=condition, select=["id"])))
            equal([user.id for user in page.value], [self.ada.id])
        organisations = await self.elif_.graph.organization.get()
        equal([one.id for one in organisations.value], [self.elif_.organisation])

    async def an_image_travels_inside_a_message(self):
        content = ChatMessageHostedContent(content_bytes=PNG, content_type="image/png")
        content.additional_data = {"@microsoft.graph.temporaryId": "1"}
        message = html('<p>See <img src="../hostedContents/1/$value" alt="a dot"></p>')
        message.hosted_contents = [content]
        sent = await self.chat(self.elif_).messages.post(message)
        contents = self.chat(self.isaac).messages.by_chat_message_id(sent.id).hosted_contents
        [listed] = (await contents.get()).value
        value = contents.by_chat_message_hosted_content_id(listed.id).content
        equal(await value.get(), PNG)

    async def delta_tells_what_happened_since(self):
        delta = self.chat(self.isaac).messages.delta
        async def walk(page):
            told = list(page.value)
            while page.odata_next_link:
                page = await delta.with_url(page.odata_next_link).get()
                told += page.value
            return told, page.odata_delta_link
        before, link = await walk(await delta.get())
        equal(len({message.id for message in before}), len(before))
        sent = await self.chat(self.elif_).messages.post(text("After the delta"))
        after, _link = await walk(await delta.with_url(link).get())
        equal([(message.id, message.body.content) for message in after], [(sent.id, "After the delta")])

    async def a_batch_answers_each_of_its_requests(self):
        # This client writes whole addresses unless it is told to, and `depends_on`, which nobody knows.
        content = BatchRequestContent()
        graph = self.elif_.graph
        for name, builder in (("1", graph.me), ("2", graph.chats.by_chat_id("19:nothing@thread.v2"))):
            information = builder.to_get_request_information()
            information.path_parameters["baseurl"] = self.elif_.adapter.base_url
            item = BatchRequestItem(information, id=name)
            item.set_url(information.url)
            content.add_request(name, item)
        answer = await graph.batch.post(content)
        equal(answer.get_response_status_codes(), {"1": 200, "2": 404})

    async def a_subscription_is_told_of_what_happens(self):
        receiver = Receiver()
        resource = f"/chats/{self.chat_id}/messages"
        until = datetime.now(timezone.utc) + timedelta(minutes=50)
        wish = Subscription(change_type="created", notification_url=receiver.url, resource=resource,
                            expiration_date_time=until, client_state="sesame")
        made = await self.isaac.graph.subscriptions.post(wish)
        equal(made.creator_id, self.isaac.id)
        sent = await self.chat(self.elif_).messages.post(text("Tell Isaac"))
        told = await receiver.first()
        equal((told["subscriptionId"], told["clientState"], told["resourceData"]["id"]), (made.id, "sesame", sent.id))
        one = self.isaac.graph.subscriptions.by_subscription_id(made.id)
        renewed = await one.patch(Subscription(expiration_date_time=until + timedelta(minutes=5)))
        assert renewed.expiration_date_time > made.expiration_date_time
        theirs = self.elif_.graph.subscriptions.by_subscription_id(made.id)
        equal(await refusal(theirs.get()), "404 NotFound")
        await one.delete()
        equal((await self.isaac.graph.subscriptions.get()).value, [])

    async def who_is_too_fast_waits(self):
        # The client waits as `Retry-After` says, and asks again by itself: all of them arrive.
        sends = [self.chat(self.elif_).messages.post(text(f"Quick {count}")) for count in range(40)]
        sent = await asyncio.gather(*sends)
        equal(len({message.id for message in sent}), 40)

    async def an_export_takes_everything(self):
        # This client writes functions with parentheses.
        chats = self.elif_.graph.users.by_user_id(self.elif_.id).chats
        page = await chats.get_all_messages.get()
        exported = [message.id for message in page.value]
        while page.odata_next_link:
            page = await chats.get_all_messages.with_url(page.odata_next_link).get()
            exported += [message.id for message in page.value]
        shown = await self.chat(self.elif_).messages.get()
        assert {message.id for message in shown.value} <= set(exported)

    async def what_terms_forbid_is_refused_with_its_rule(self):
        terms = "/admin/teams/externalAccess/configuration"
        await self.ada.call(Method.PATCH, terms, {"allowFederatedUsers": False})
        refused = await refusal(self.chat(self.elif_).messages.post(text("Still allowed?")))
        await self.ada.call(Method.PATCH, terms, {"allowFederatedUsers": True})
        equal(refused, "403 Forbidden orgFederationOff")

    async def errors_come_with_graphs_codes(self):
        nothing = self.isaac.graph.chats.by_chat_id("19:nothing@thread.v2")
        equal(await refusal(nothing.get()), "404 NotFound")
        nobody = self.elif_.graph.users.by_user_id("nobody@contoso.example")
        equal(await refusal(nobody.get()), "404 Request_ResourceNotFound")
        equal(await refusal(self.chat(self.elif_).messages.post(text(""))), "400 BadRequest invalid")
        stranger = Person(token="vv_nonsense")
        equal(await refusal(stranger.graph.me.get()), "401 InvalidAuthenticationToken notSignedIn")


async def main():
    conversation = Conversation()
    steps = [name for name in vars(Conversation) if not name.startswith("_") and name != "chat"]
    passed = 0
    for name in steps:
        try:
            await getattr(conversation, name)()
            passed += 1
            print(f"ok    {name.replace('_', ' ')}")
        except Exception:
            print(f"FAIL  {name.replace('_', ' ')}\n{traceback.format_exc()}")
    failed = len(steps) - passed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
