#include <simdjson.h>

#include <string>

extern "C" {
#include "simdjson_side.h"
}

namespace {
struct Message {
    simdjson::dom::parser dom;
    simdjson::ondemand::parser on_demand;
    simdjson::padded_string text;
    Message(const uint8_t *bytes, size_t length) : text(reinterpret_cast<const char *>(bytes), length) {}
};
std::string kernel;
}  // namespace

extern "C" uint64_t simdjson_dom(const uint8_t *bytes, size_t length, uint64_t times) {
    Message message(bytes, length);
    uint64_t failures = 0;
    for (uint64_t i = 0; i < times; i++) {
        simdjson::dom::element root;
        if (message.dom.parse(message.text).get(root)) failures++;
    }
    return failures;
}

extern "C" uint64_t simdjson_on_demand(const uint8_t *bytes, size_t length, uint64_t times) {
    Message message(bytes, length);
    uint64_t failures = 0;
    for (uint64_t i = 0; i < times; i++) {
        simdjson::ondemand::document document;
        if (message.on_demand.iterate(message.text).get(document)) {
            failures++;
            continue;
        }
        std::string_view text;
        simdjson::ondemand::value id;
        simdjson::ondemand::object params;
        if (document.find_field_unordered("method").get_string().get(text)) continue;
        if (document.find_field_unordered("id").get(id)) continue;
        if (document.find_field_unordered("params").get_object().get(params)) continue;
        if (params.find_field_unordered("name").get_string().get(text)) continue;
    }
    return failures;
}

extern "C" const char *simdjson_kernel(void) {
    kernel = simdjson::get_active_implementation()->name();
    return kernel.c_str();
}
