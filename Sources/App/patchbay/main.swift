import Glibc
import PatchbayApp

exit(PatchbayMain.run())
