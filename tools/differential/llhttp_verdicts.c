/* What llhttp makes of each case: reads cases from standard input, writes one line for each.
 *
 * A case is one byte (Q for a request stream, R for a response stream), four bytes of length, most significant first, and
 * the bytes. A line is: verdict, tab, why, tab, the complete messages separated by semicolons. llhttp is compiled into
 * this program, with LLHTTP_STRICT_MODE, from the sources that Debian's node-llhttp ships. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llhttp.h"

struct reading {
    char url[65536];
    size_t url_length;
    unsigned long body_length;
    int in_message;
    char messages[1 << 20];
    size_t messages_length;
};

static int on_begin(llhttp_t *parser) {
    struct reading *reading = parser->data;
    reading->in_message = 1;
    reading->url_length = 0;
    reading->body_length = 0;
    return 0;
}

static int on_url(llhttp_t *parser, const char *at, size_t length) {
    struct reading *reading = parser->data;
    if (reading->url_length + length < sizeof reading->url) {
        memcpy(reading->url + reading->url_length, at, length);
        reading->url_length += length;
    }
    return 0;
}

/* 304 has no body whatever its length says (RFC 9112 section 6.3); llhttp leaves saying so to its user. */
static int on_headers_complete(llhttp_t *parser) {
    return parser->type == HTTP_RESPONSE && parser->status_code == 304;
}

static int on_body(llhttp_t *parser, const char *at, size_t length) {
    struct reading *reading = parser->data;
    (void)at;
    reading->body_length += length;
    return 0;
}

static int on_complete(llhttp_t *parser) {
    struct reading *reading = parser->data;
    char *out = reading->messages + reading->messages_length;
    size_t room = sizeof reading->messages - reading->messages_length;
    size_t written = 0;
    if (room < 2 * sizeof reading->url + 128) return 0;
    if (reading->messages_length > 0) out[written++] = ';';
    if (parser->type == HTTP_REQUEST) {
        written += (size_t)sprintf(out + written, "%s ", llhttp_method_name(parser->method));
        for (size_t i = 0; i < reading->url_length; i++)
            written += (size_t)sprintf(out + written, "%02x", (unsigned char)reading->url[i]);
    } else {
        written += (size_t)sprintf(out + written, "%d", parser->status_code);
    }
    written += (size_t)sprintf(out + written, " %lu", reading->body_length);
    reading->messages_length += written;
    reading->in_message = 0;
    return 0;
}

int main(void) {
    static struct reading reading;
    llhttp_settings_t settings;
    int kind;
    llhttp_settings_init(&settings);
    settings.on_message_begin = on_begin;
    settings.on_url = on_url;
    settings.on_headers_complete = on_headers_complete;
    settings.on_body = on_body;
    settings.on_message_complete = on_complete;
    while ((kind = getchar()) != EOF) {
        unsigned char size[4];
        if (fread(size, 1, 4, stdin) != 4) return 1;
        size_t length = (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | size[3];
        char *bytes = malloc(length + 1);
        if (bytes == NULL || fread(bytes, 1, length, stdin) != length) return 1;
        memset(&reading, 0, sizeof reading);
        llhttp_t parser;
        llhttp_init(&parser, kind == 'Q' ? HTTP_REQUEST : HTTP_RESPONSE, &settings);
        parser.data = &reading;
        llhttp_errno_t error = llhttp_execute(&parser, bytes, length);
        if (error == HPE_OK) error = llhttp_finish(&parser);
        const char *verdict = "accept";
        if (error == HPE_INVALID_EOF_STATE) verdict = "incomplete";
        else if (error != HPE_OK && error != HPE_CLOSED_CONNECTION && error != HPE_PAUSED_UPGRADE) verdict = "reject";
        else if (reading.in_message) verdict = "incomplete";
        printf("%s\t%s\t%s\n", verdict, llhttp_errno_name(error), reading.messages);
        free(bytes);
    }
    return 0;
}
