// OpenSSL's functions as they are, and an inline function for each macro, callback and stack that Swift cannot use.
#ifndef PATCHBAY_COPENSSL_SHIM_H
#define PATCHBAY_COPENSSL_SHIM_H
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// --- Contexts -------------------------------------------------------------------------------------------------------

static inline int patchbay_set_oldest_protocol(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

/// No renegotiation (RFC 9325 3.5) and no compression (RFC 9325 3.3).
static inline void patchbay_set_options_for_all(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

/// Our order of ciphers counts, except that a client without AES in hardware gets ChaCha.
static inline void patchbay_set_options_for_servers(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}

/// Writes may be partial and repeated from another address; buffers of quiet connections are given back.
static inline void patchbay_set_modes_for_nonblocking(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
}

static inline void patchbay_keep_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline int patchbay_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline int patchbay_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

/// A key file that wants a passphrase fails instead of asking on the terminal.
static inline int patchbay_no_passphrase(char *buffer, int size, int writing, void *data) {
    (void)buffer, (void)size, (void)writing, (void)data;
    return -1;
}

static inline EVP_PKEY *patchbay_read_private_key(BIO *source) {
    return PEM_read_bio_PrivateKey(source, NULL, patchbay_no_passphrase, NULL);
}

// --- Authentication codes -------------------------------------------------------------------------------------------

static inline int patchbay_set_hmac_key(EVP_MAC_CTX *context, const unsigned char *key, size_t length) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[2];
    parameters[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
    parameters[1] = OSSL_PARAM_construct_end();
    return EVP_MAC_init(context, key, length, parameters);
}

// --- Keys -----------------------------------------------------------------------------------------------------------

static inline EVP_PKEY *patchbay_generate_p256(void) {
    return EVP_EC_gen("P-256");
}

// --- ALPN -----------------------------------------------------------------------------------------------------------

/// RFC 7301 3.2: a client that offers protocols, none of which we speak, is told so by an alert.
static inline int patchbay_select_http11(
    SSL *connection, const unsigned char **out, unsigned char *outLength, const unsigned char *in, unsigned int length, void *data
) {
    static const unsigned char http11[] = "\x08http/1.1";
    (void)connection, (void)data;
    unsigned char *selected = NULL;
    if (SSL_select_next_proto(&selected, outLength, http11, sizeof http11 - 1, in, length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

static inline void patchbay_accept_http11_only(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, patchbay_select_http11, NULL);
}

/// Returns 1 when it worked, unlike the function below it.
static inline int patchbay_offer_http11(SSL_CTX *context) {
    return SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x08http/1.1", 9) == 0;
}

// --- Verification ---------------------------------------------------------------------------------------------------

/// OpenSSL forgets the certificate that it refuses; this keeps it in the connection's first application slot, so that the
/// error can say whose it was. The verdict stays OpenSSL's.
static inline int patchbay_keep_refused_certificate(int accepted, X509_STORE_CTX *store) {
    if (accepted) return 1;
    SSL *connection = (SSL *)X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    if (connection != NULL && certificate != NULL && SSL_get_ex_data(connection, 0) == NULL && X509_up_ref(certificate)) {
        if (!SSL_set_ex_data(connection, 0, certificate)) X509_free(certificate);
    }
    return 0;
}

static inline void patchbay_verify_peers(SSL_CTX *context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, patchbay_keep_refused_certificate);
}

static inline X509 *patchbay_refused_certificate(const SSL *connection) {
    return (X509 *)SSL_get_ex_data(connection, 0);
}

/// Seconds since 1970, or -1 for a time that cannot be read.
static inline long long patchbay_seconds(const ASN1_TIME *time) {
    struct tm parts;
    if (time == NULL || !ASN1_TIME_to_tm(time, &parts)) return -1;
    return (long long)timegm(&parts);
}

static inline int patchbay_print_issuer(BIO *sink, const X509 *certificate) {
    return X509_NAME_print_ex(sink, X509_get_issuer_name(certificate), 0, XN_FLAG_RFC2253) >= 0;
}

/// The names of a certificate (DNS and IP), each ended by a line feed, as many as fit; returns the length.
static inline size_t patchbay_certificate_names(X509 *certificate, unsigned char *buffer, size_t size) {
    size_t used = 0;
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        char text[64];
        const unsigned char *bytes = NULL;
        size_t length = 0;
        if (name->type == GEN_DNS) {
            bytes = ASN1_STRING_get0_data(name->d.dNSName);
            length = (size_t)ASN1_STRING_length(name->d.dNSName);
        } else if (name->type == GEN_IPADD) {
            const unsigned char *address = ASN1_STRING_get0_data(name->d.iPAddress);
            int count = ASN1_STRING_length(name->d.iPAddress);
            if (count == 4) {
                BIO_snprintf(text, sizeof text, "%d.%d.%d.%d", address[0], address[1], address[2], address[3]);
            } else if (count == 16) {
                char *end = text;
                for (int group = 0; group < 8; group++)
                    end += BIO_snprintf(
                        end, sizeof text - (size_t)(end - text), group == 0 ? "%x" : ":%x", address[2 * group] << 8 | address[2 * group + 1]
                    );
            } else {
                continue;
            }
            bytes = (const unsigned char *)text;
            length = strlen(text);
        } else {
            continue;
        }
        if (length + 1 > size - used || memchr(bytes, '\n', length) != NULL) continue;
        memcpy(buffer + used, bytes, length);
        buffer[used + length] = '\n';
        used += length + 1;
    }
    GENERAL_NAMES_free(names);
    return used;
}
#endif
