package import JSONCoding

/// Writes the JSON-RPC messages that the gateway makes itself. Ids are raw bytes: they go back as they came.
package enum JSONRPCWriter {
    /// An error response; without an id it says `null`, which JSON-RPC has for ids that could not be read.
    package static func error(
        id: ArraySlice<UInt8>?, code: Int, message: String, data: JSONValue? = nil
    ) -> [UInt8] {
        var writer = begin(id: id)
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.integer(code)
        writer.key("message")
        writer.string(message)
        if let data {
            writer.key("data")
            writer.value(data)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// A response whose result is at hand as bytes.
    package static func result(id: ArraySlice<UInt8>, _ result: some Collection<UInt8>) -> [UInt8] {
        var writer = begin(id: id, reserving: result.count)
        writer.key("result")
        writer.raw(result)
        writer.endObject()
        return writer.bytes
    }

    /// A response whose result is a value.
    package static func result(id: ArraySlice<UInt8>, _ result: JSONValue) -> [UInt8] {
        var writer = begin(id: id)
        writer.key("result")
        writer.value(result)
        writer.endObject()
        return writer.bytes
    }

    /// A request of ours, to a client or to an upstream.
    package static func request(
        id: some Collection<UInt8>, method: String, params: JSONObject? = nil
    ) -> [UInt8] {
        message(id: id, method: method, params: params)
    }

    /// A notification of ours, to a client or to an upstream.
    package static func notification(method: String, params: JSONObject? = nil) -> [UInt8] {
        message(id: [UInt8]?.none, method: method, params: params)
    }

    private static func message(id: (some Collection<UInt8>)?, method: String, params: JSONObject?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("jsonrpc")
        writer.constant("2.0")
        if let id {
            writer.key("id")
            writer.raw(id)
        }
        writer.key("method")
        writer.string(method)
        if let params {
            writer.key("params")
            writer.value(.object(params))
        }
        writer.endObject()
        return writer.bytes
    }

    /// A tool's result that says, to the model and to the person, why the call did nothing and what to do.
    package static func toolFailure(id: ArraySlice<UInt8>, text: String) -> [UInt8] {
        var writer = begin(id: id, reserving: text.utf8.count)
        writer.key("result")
        writer.beginObject()
        writer.key("resultType")
        writer.constant("complete")
        writer.key("content")
        writer.beginArray()
        writer.beginObject()
        writer.key("type")
        writer.constant("text")
        writer.key("text")
        writer.string(text)
        writer.endObject()
        writer.endArray()
        writer.key("isError")
        writer.bool(true)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func begin(id: ArraySlice<UInt8>?, reserving byteCount: Int = 0) -> JSONWriter {
        var writer = JSONWriter()
        writer.reserve(byteCount + (id?.count ?? 0) + 160)
        writer.beginObject()
        writer.key("jsonrpc")
        writer.constant("2.0")
        writer.key("id")
        if let id { writer.raw(id) } else { writer.null() }
        return writer
    }
}
