/// The texts of this room: the frame of the pages, and what went wrong.
enum WebWord: Wording {
    case skipToContent, navigation, languages, signOut
    case errorTitle, errorNext
    case notFound, forbidden, foreignForm, signInNeeded, unavailable, broken, tooLarge, mediaType, methodNotAllowed
}
