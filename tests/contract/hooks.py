"""What is changed in requests before they are sent, and in answers before they are judged."""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """With `$select` an answer has fewer properties than its schema requires, as wanted."""
    for name in [name for name in case.query or {} if name.lower() == "$select"]:
        del case.query[name]


# The methods that are left out of an address that has others, and the methods that it has.
LEFT_OUT = {
    "/v1.0/chats/{chat_id}": ("DELETE", "GET,HEAD,PATCH"),
    "/v1.0/chats/{chat_id}/members/{member_id}": ("PATCH", "GET,HEAD,DELETE"),
}


@schemathesis.hook
def after_call(context, case, response):
    """A method that is left out answers as what is left out does (docs/reference/left-out.md): 501,
    and not 405 as undeclared methods must."""
    if case.path not in LEFT_OUT:
        return
    method, others = LEFT_OUT[case.path]
    if case.method.upper() == method and response.status_code == 501:
        assert response.json()["error"]["code"] == "NotImplemented"
        response.status_code = 405
        response.headers["allow"] = [others]
    elif response.status_code == 405 and "allow" in response.headers:
        response.headers["allow"] = [value.replace(f",{method}", "") for value in response.headers["allow"]]
