// Runs oidc-provider on a given port until standard input ends: one public client, PKCE required, refresh tokens
// that rotate, access tokens that are JWTs. Any name and password is accepted.

// It warns about features for development, which this test uses on purpose.
console.warn = console.info = () => {};
const { default: Provider } = await import("oidc-provider");

const [port, redirect] = process.argv.slice(-2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "app",
      token_endpoint_auth_method: "none",
      application_type: "native",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: [redirect],
    },
  ],
  clientBasedCORS: () => false,
  cookies: { keys: ["a key for cookies of tests"] },
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:pets",
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "pets/read", accessTokenFormat: "jwt" }),
    },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  rotateRefreshToken: true,
  scopes: ["openid", "offline_access", "pets/read"],
});
provider.listen(Number(port), "127.0.0.1");
process.stdin.on("end", () => process.exit(0)).resume();
