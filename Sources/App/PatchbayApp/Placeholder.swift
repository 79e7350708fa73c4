// PatchbayApp
