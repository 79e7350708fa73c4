package import WebUI

/// A way to sign in beside the password: a button on the sign-in page.
package struct SignInWay: Sendable {
    /// Where its form posts to, with the field `next`.
    package let address: WebAddress
    /// The provider's name, for "Sign in with …".
    package let name: String

    /// A way by address and name.
    package init(_ address: WebAddress, name: String) {
        self.address = address
        self.name = name
    }
}
