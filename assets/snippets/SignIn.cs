// Signs you in by hand, step by step: open the address, sign in, paste where you came out. Program.cs, .NET 8 or later.
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

string Env(string name) => Environment.GetEnvironmentVariable(name) ?? throw new Exception($"{name} is not set");
string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

var http = new HttpClient();
async Task<JsonElement> Read(HttpRequestMessage request)
{
    using var response = await http.SendAsync(request);
    var text = await response.Content.ReadAsStringAsync();
    if (!response.IsSuccessStatusCode) throw new Exception(text); // error_description says why
    return JsonDocument.Parse(text).RootElement;
}

var (id, redirectUrl) = (Env("PORTCULLIS_CLIENT_ID"), Env("PORTCULLIS_REDIRECT_URL"));
var server = await Read(new(HttpMethod.Get, Env("PORTCULLIS_ISSUER") + "/.well-known/openid-configuration"));
string Endpoint(string name) => server.GetProperty(name + "_endpoint").GetString()!;

var verifier = Base64Url(RandomNumberGenerator.GetBytes(32));
var state = Base64Url(RandomNumberGenerator.GetBytes(16));
var question = new FormUrlEncodedContent(new Dictionary<string, string>
{
    ["response_type"] = "code",
    ["client_id"] = id,
    ["redirect_uri"] = redirectUrl,
    ["scope"] = Env("PORTCULLIS_SCOPE"),
    ["state"] = state,
    ["code_challenge"] = Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
    ["code_challenge_method"] = "S256",
});
Console.WriteLine("Open this address and sign in:");
Console.WriteLine(Endpoint("authorization") + "?" + await question.ReadAsStringAsync());
Console.WriteLine("Then paste the address of the page where you came out, whatever it shows:");
var answer = new Uri(Console.ReadLine()!.Trim()).Query.TrimStart('?').Split('&')
    .Select(pair => pair.Split('=', 2))
    .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[^1].Replace('+', ' ')));
if (answer.GetValueOrDefault("state") != state) throw new Exception("That is not the answer to this question.");
if (!answer.TryGetValue("code", out var code)) throw new Exception(answer.GetValueOrDefault("error_description"));

var form = new Dictionary<string, string>
{
    ["grant_type"] = "authorization_code",
    ["code"] = code,
    ["redirect_uri"] = redirectUrl,
    ["client_id"] = id,
    ["code_verifier"] = verifier,
};
if (Environment.GetEnvironmentVariable("PORTCULLIS_CLIENT_SECRET") is { } secret) form["client_secret"] = secret;
var tokens = await Read(new(HttpMethod.Post, Endpoint("token")) { Content = new FormUrlEncodedContent(form) });
var ask = new HttpRequestMessage(HttpMethod.Get, Endpoint("userinfo"));
ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
Console.WriteLine(await Read(ask));
