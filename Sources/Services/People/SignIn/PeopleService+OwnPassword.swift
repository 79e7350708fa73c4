import Storage
import Telemetry

extension PeopleService {
    /// Whether somebody signs in by a password here; who comes by a provider has none to change.
    func hasPassword(user name: String) async throws(PeopleError) -> Bool {
        try await user(named: name).passwordHash != nil
    }

    /// Gives a person another password, who has to know the present one: a browser that was left open must not be enough.
    ///
    /// The present one is tried like at the sign-in, so that it cannot be guessed faster here. All browsers have to sign in again
    /// but this one, which gets a new session.
    func changePassword(
        of name: String, from present: Secret<String>, to password: Password, device: String?
    ) async throws(SignInRefusal) -> SignIn {
        let user = try await proven(name: name, password: present, device: device)
        do throws(PeopleError) {
            try await setPassword(password, of: user.name)
        } catch {
            throw .unavailable(error.sentence)
        }
        return try await signIn(user, earlier: nil)
    }
}
