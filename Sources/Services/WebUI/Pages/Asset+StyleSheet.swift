extension Asset {
    static let styleSheetText: StaticString = """
        :root { color-scheme: light dark; }
        """
}
