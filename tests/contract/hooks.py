"""What is changed in requests before they are sent, and in answers before they are judged."""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """With `$select` an answer has fewer properties than its schema requires, as wanted."""
    for name in [name for name in case.query or {} if name.lower() == "$select"]:
        del case.query[name]


@schemathesis.hook
def after_call(context, case, response):
    """One method is left out of an address that has others, and answers as what is left out does
    (docs/reference/left-out.md): 501, and not 405 as undeclared methods must."""
    if case.path != "/v1.0/chats/{chat_id}":
        return
    if case.method.upper() == "DELETE" and response.status_code == 501:
        assert response.json()["error"]["code"] == "NotImplemented"
        response.status_code = 405
        response.headers["allow"] = ["GET,HEAD,PATCH"]
    elif response.status_code == 405 and "allow" in response.headers:
        response.headers["allow"] = [value.replace(",DELETE", "") for value in response.headers["allow"]]
