"""What the official conformance suite expects a server to offer, by the names it uses."""

import json

from .calls import Call, NeedsInput, Refused, elicitation, roots, sampling
from .offer import PIXEL, SOUND, failed, prompt, resource, template, text, tool
from .revisions import INVALID_PARAMS, MISSING_CAPABILITY, R2, R3, R5, Failure

IMAGE = {"type": "image", "data": PIXEL, "mimeType": "image/png"}
PAUSE = 0.02


def words(**names: str) -> dict:
    return {key: {"type": kind} for key, kind in names.items()}


@tool("test_simple_text", "Tests simple text content response")
def simple_text(call: Call) -> dict:
    return text("This is a simple text response for testing.")


@tool("test_image_content", "Tests image content response")
def image_content(call: Call) -> dict:
    return {"content": [IMAGE]}


@tool("test_audio_content", "Tests audio content response", first=R2)
def audio_content(call: Call) -> dict:
    return {"content": [{"type": "audio", "data": SOUND, "mimeType": "audio/wav"}]}


@tool("test_embedded_resource", "Tests embedded resource content response")
def embedded_resource(call: Call) -> dict:
    inside = {"uri": "test://embedded-resource", "mimeType": "text/plain", "text": "This is an embedded resource content."}
    return {"content": [{"type": "resource", "resource": inside}]}


@tool("test_multiple_content_types", "Tests response with several content types")
def multiple_content_types(call: Call) -> dict:
    data = json.dumps({"test": "data", "value": 123}, separators=(",", ":"))
    inside = {"uri": "test://mixed-content-resource", "mimeType": "application/json", "text": data}
    return {"content": [{"type": "text", "text": "Multiple content types test:"}, IMAGE, {"type": "resource", "resource": inside}]}


@tool("test_tool_with_logging", "Tests tool that emits log messages during execution")
def with_logging(call: Call) -> dict:
    for message in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        call.log("info", message)
        call.sleep(PAUSE)
    return text("Tool with logging executed successfully")


@tool("test_tool_with_progress", "Tests tool that reports progress notifications")
def with_progress(call: Call) -> dict:
    for progress in (0, 50, 100):
        call.progress(progress, 100, f"Completed step {progress} of 100")
        call.sleep(PAUSE)
    return text("Progress complete")


@tool("test_error_handling", "Tests error response handling")
def error_handling(call: Call) -> dict:
    return failed("This tool intentionally returns an error for testing")


@tool("test_reconnection", "Closes the stream in mid-call; the result is for who comes back")
def reconnection(call: Call) -> dict:
    if call.revision in (R2, R3):
        call.log("emergency", "This stream ends now; come back with the id of this event.")
    call.outlet.break_off()
    call.sleep(0.1)
    return text("Reconnection test completed successfully.")


def asked(call: Call, label: str, question: dict, show: str) -> dict:
    try:
        answer = call.ask({"question": question})["question"]
    except Refused as reason:
        return failed(f"{label} not supported or error: {reason}")
    if label == "Sampling":
        content = answer.get("content") or {}
        content = content[0] if isinstance(content, list) and content else content
        return text(f"LLM response: {content.get('text', 'No response')}")
    return text(f"{show}: action={answer.get('action')}, content={json.dumps(answer.get('content') or {})}")


@tool("test_sampling", "Tests server-initiated sampling",
      {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]})  # fmt: skip
def test_sampling(call: Call) -> dict:
    return asked(call, "Sampling", sampling(call.arguments["prompt"]), "LLM response")


@tool("test_elicitation", "Tests server-initiated elicitation",
      {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]})  # fmt: skip
def test_elicitation(call: Call) -> dict:
    fields = {"username": {"type": "string", "description": "User's response"},
              "email": {"type": "string", "description": "User's email address"}}  # fmt: skip
    return asked(call, "Elicitation", elicitation(call.arguments["message"], fields), "User response")


@tool("test_elicitation_sep1034_defaults", "Tests elicitation with default values")
def elicitation_defaults(call: Call) -> dict:
    fields = {
        "name": {"type": "string", "description": "User name", "default": "John Doe"},
        "age": {"type": "integer", "description": "User age", "default": 30},
        "score": {"type": "number", "description": "User score", "default": 95.5},
        "status": {"type": "string", "description": "User status", "enum": ["active", "inactive", "pending"],
                   "default": "active"},
        "verified": {"type": "boolean", "description": "Verification status", "default": True},
    }  # fmt: skip
    message = "Please review and update the form fields with defaults"
    return asked(call, "Elicitation", elicitation(message, fields, []), "Elicitation completed")


@tool("test_elicitation_sep1330_enums", "Tests elicitation with every kind of enumeration")
def elicitation_enums(call: Call) -> dict:
    def choices(kind: str) -> list[dict]:
        return [{"const": f"value{n}", "title": f"{order} {kind}"} for n, order in enumerate(("First", "Second", "Third"), 1)]

    plain = ["option1", "option2", "option3"]
    fields = {
        "untitledSingle": {"type": "string", "description": "Select one option", "enum": plain},
        "titledSingle": {"type": "string", "description": "Select one option with titles", "oneOf": choices("Option")},
        "legacyEnum": {"type": "string", "description": "Select one option (legacy)", "enum": ["opt1", "opt2", "opt3"],
                       "enumNames": ["Option One", "Option Two", "Option Three"]},
        "untitledMulti": {"type": "array", "description": "Select multiple options", "minItems": 1, "maxItems": 3,
                          "items": {"type": "string", "enum": plain}},
        "titledMulti": {"type": "array", "description": "Select multiple options with titles", "minItems": 1,
                        "maxItems": 3, "items": {"anyOf": choices("Choice")}},
    }  # fmt: skip
    if call.revision == R3:
        fields = {"untitledSingle": fields["untitledSingle"], "legacyEnum": fields["legacyEnum"]}
    question = elicitation("Please select options from the enum fields", fields, [])
    return asked(call, "Elicitation", question, "Elicitation completed")


SCHEMA_2020_12 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": words(street="string", city="string")}},
    "properties": {
        "name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]}, "phone": {"type": "string"}, "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}  # fmt: skip


@tool("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", SCHEMA_2020_12)
def schema_2020_12(call: Call) -> dict:
    return text(f"JSON Schema 2020-12 tool called with: {json.dumps(call.arguments)}")


# Of 2026-07-28: input in rounds. The older revisions ask the same things by requests of their own.


def spoken(answer: dict, field: str) -> str:
    value = (answer.get("content") or {}).get(field)
    return value if isinstance(value, str) else "unknown"


def in_rounds(name: str, description: str):
    def register(run):
        def guarded(call: Call) -> dict:
            try:
                return run(call)
            except Refused as reason:
                return failed(f"Input was not given: {reason}")

        return tool(name, description)(guarded)

    return register


NAME = elicitation("What is your name?", words(name="string"))


@in_rounds("test_input_required_result_elicitation", "Asks for a name, without a state")
def rounds_elicitation(call: Call) -> dict:
    return text(f"Hello, {spoken(call.ask({'user_name': NAME}, with_state=False)['user_name'], 'name')}!")


@in_rounds("test_input_required_result_sampling", "Asks the model, without a state")
def rounds_sampling(call: Call) -> dict:
    answer = call.ask({"capital_question": sampling("What is the capital of France?")}, with_state=False)["capital_question"]
    return text(f"Sampling result: {(answer.get('content') or {}).get('text', 'no response')}")


@in_rounds("test_input_required_result_list_roots", "Asks for the roots, without a state")
def rounds_roots(call: Call) -> dict:
    found = call.ask({"client_roots": roots()}, with_state=False)["client_roots"].get("roots") or []
    return text(f"Found {len(found)} root(s): {' '.join(root.get('uri', '') for root in found)}")


@in_rounds("test_input_required_result_request_state", "Asks for a confirmation, with a state")
def rounds_state(call: Call) -> dict:
    answer = call.ask({"confirm": elicitation("Please confirm", words(ok="boolean"))})["confirm"]
    return text("state-ok: requestState validated" if answer.get("action") == "accept" else "not confirmed")


@in_rounds("test_input_required_result_multiple_inputs", "Asks three things at once")
def rounds_multiple(call: Call) -> dict:
    answers = call.ask({"user_name": NAME, "greeting": sampling("Generate a greeting", 50), "client_roots": roots()})
    greeting = (answers["greeting"].get("content") or {}).get("text", "Hello there!")
    return text(f"Name: {spoken(answers['user_name'], 'name')}; Greeting: {greeting}; "
                f"Roots: {len(answers['client_roots'].get('roots') or [])}")  # fmt: skip


@in_rounds("test_input_required_result_multi_round", "Asks two things one after the other")
def rounds_two(call: Call) -> dict:
    name = spoken(call.ask({"step1": elicitation("Step 1: What is your name?", words(name="string"))})["step1"], "name")
    color = call.ask({"step2": elicitation("Step 2: What is your favorite color?", words(color="string"))})["step2"]
    return text(f"Multi-round complete for {name} who likes {spoken(color, 'color')}")


@in_rounds("test_input_required_result_tampered_state", "Takes back only the state it sent")
def rounds_tampered(call: Call) -> dict:
    call.ask({"confirm": elicitation("Please confirm", words(ok="boolean"))})
    return text("integrity-ok: state verified")


@in_rounds("test_input_required_result_capabilities", "Asks only what the client declared")
def rounds_capabilities(call: Call) -> dict:
    questions = {"elicit_input": elicitation("Elicitation input", words(value="string")),
                 "sample_input": sampling("Sample request", 50)}  # fmt: skip
    questions = {key: question for key, question in questions.items() if call.may_ask(question)}
    if not questions:
        return text("No supported capabilities declared")
    return text(f"capabilities-ok: received {','.join(call.ask(questions))}")


@tool("test_missing_capability", "Needs sampling, and says so when it is not declared")
def missing_capability(call: Call) -> dict:
    if "sampling" in call.capabilities:
        return text("Success")
    if call.revision == R5:
        raise Failure(MISSING_CAPABILITY, "This tool needs sampling.", {"requiredCapabilities": {"sampling": {}}}, status=400)
    return failed("This tool needs sampling, which the client did not declare.")


@tool("test_streaming_elicitation", "Progress, then a question")
def streaming_elicitation(call: Call) -> dict:
    call.progress(50, 100)
    try:
        call.ask({"go": elicitation("Go on?", words(ok="boolean"))}, with_state=False)
    except Refused as reason:
        return failed(str(reason))
    return text("Streaming complete")


@tool("test_logging_tool", "Logs once, when logs are wanted")
def logging_tool(call: Call) -> dict:
    call.log("info", "Diagnostic trace logging activated")
    return text("Logging evaluated")


@tool("test_trigger_tool_change", "Tells everyone that the tools changed", hides=False)
def trigger_tools(call: Call) -> dict:
    call.server.announce("tools")
    return text("Mutation triggered")


@tool("test_trigger_prompt_change", "Tells everyone that the prompts changed")
def trigger_prompts(call: Call) -> dict:
    call.server.announce("prompts")
    return text("Mutation triggered")


# Resources


@resource("test://static-text", "static-text", "text/plain", title="Static Text Resource",
          description="A static text resource for testing")  # fmt: skip
def static_text(call: Call, uri: str) -> dict:
    return {"text": "This is the content of the static text resource."}


@resource("test://static-binary", "static-binary", "image/png", title="Static Binary Resource",
          description="A static binary resource (image) for testing")  # fmt: skip
def static_binary(call: Call, uri: str) -> dict:
    return {"blob": PIXEL}


@resource("test://watched-resource", "watched-resource", "text/plain", title="Watched Resource",
          description="A resource that one can subscribe to")  # fmt: skip
def watched(call: Call, uri: str) -> dict:
    return {"text": "Watched resource content"}


@template("test://template/{id}/data", "template", "application/json", title="Resource Template",
          description="A resource template with parameter substitution")  # fmt: skip
def templated(call: Call, uri: str) -> dict:
    number = uri.removeprefix("test://template/").removesuffix("/data")
    return {"text": json.dumps({"id": number, "templateTest": True, "data": f"Data for ID: {number}"})}


# Prompts


def said(*blocks: dict) -> dict:
    return {"messages": [{"role": "user", "content": block} for block in blocks]}


@prompt("test_simple_prompt", "A simple prompt without arguments", title="Simple Test Prompt")
def simple_prompt(call: Call) -> dict:
    return said({"type": "text", "text": "This is a simple prompt for testing."})


@prompt("test_prompt_with_arguments", "A prompt with required arguments",
        [{"name": "arg1", "description": "First test argument", "required": True},
         {"name": "arg2", "description": "Second test argument", "required": True}], title="Prompt With Arguments")  # fmt: skip
def prompt_with_arguments(call: Call) -> dict:
    try:
        first, second = call.arguments["arg1"], call.arguments["arg2"]
    except KeyError as missing:
        raise Failure(INVALID_PARAMS, f"The argument {missing} is missing.") from None
    return said({"type": "text", "text": f"Prompt with arguments: arg1='{first}', arg2='{second}'"})


@prompt("test_prompt_with_embedded_resource", "A prompt that includes an embedded resource",
        [{"name": "resourceUri", "description": "URI of the resource to embed", "required": True}])  # fmt: skip
def prompt_with_resource(call: Call) -> dict:
    inside = {
        "uri": call.arguments.get("resourceUri", ""),
        "mimeType": "text/plain",
        "text": "Embedded resource content for testing.",
    }
    return said({"type": "resource", "resource": inside}, {"type": "text", "text": "Please process the embedded resource above."})


@prompt("test_prompt_with_image", "A prompt that includes image content")
def prompt_with_image(call: Call) -> dict:
    return said(IMAGE, {"type": "text", "text": "Please analyze the image above."})


@prompt("test_input_required_result_prompt", "A prompt that asks for its context")
def prompt_in_rounds(call: Call) -> dict:
    question = elicitation("What context should the prompt use?", words(context="string"))
    try:
        answer = call.ask({"user_context": question}, with_state=False)["user_context"]
    except NeedsInput:
        raise
    except Refused as reason:
        raise Failure(-32603, f"Input was not given: {reason}") from None
    return said({"type": "text", "text": f"Prompt with context: {spoken(answer, 'context')}"})
