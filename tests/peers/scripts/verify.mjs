// Verifies tokens with aws-jwt-verify: reads and writes one JSON object per line.
//
// In: {"token": "...", "userPoolId": "...", "tokenUse": "id" | "access", "clientId": "...", "scope": [...] | null, "jwks": {...}}
// Out: {"ok": {claims}} or {"error": "..."}
import { createInterface } from "node:readline";
import { CognitoJwtVerifier } from "aws-jwt-verify";

for await (const line of createInterface({ input: process.stdin })) {
  const { token, jwks, scope, ...expected } = JSON.parse(line);
  let answer;
  try {
    const verifier = CognitoJwtVerifier.create({ ...expected, scope: scope ?? undefined });
    verifier.cacheJwks(jwks);
    answer = { ok: verifier.verifySync(token) };
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}` };
  }
  console.log(JSON.stringify(answer));
}
