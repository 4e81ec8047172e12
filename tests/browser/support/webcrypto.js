// Node 18 has WebCrypto, but not under the names that libraries look for. Import this before them.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;
