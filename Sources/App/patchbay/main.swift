import Glibc
import PatchbayApp

exit(await PatchbayMain.run())
