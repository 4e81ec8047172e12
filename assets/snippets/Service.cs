// Gets access tokens and keeps each until shortly before it expires. Program.cs of a console app, .NET 8 or later.
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

var tokens = await Tokens.Create();
// Call your API with the header  Authorization: Bearer <token>
Console.WriteLine(await tokens.Get());

class Tokens(HttpClient http, string endpoint)
{
    string? token;
    DateTime goodUntil;

    static string Env(string name) => Environment.GetEnvironmentVariable(name) ?? throw new Exception($"{name} is not set");

    public static async Task<Tokens> Create()
    {
        var http = new HttpClient();
        var text = await http.GetStringAsync(Env("PORTCULLIS_ISSUER") + "/.well-known/openid-configuration");
        using var server = JsonDocument.Parse(text);
        return new Tokens(http, server.RootElement.GetProperty("token_endpoint").GetString()!);
    }

    public async Task<string> Get()
    {
        if (token != null && DateTime.UtcNow < goodUntil) return token;
        var asked = DateTime.UtcNow;
        var pair = Uri.EscapeDataString(Env("PORTCULLIS_CLIENT_ID")) + ":" + Uri.EscapeDataString(Env("PORTCULLIS_CLIENT_SECRET"));
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }),
        };
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new Exception(text); // error_description says why
        using var answer = JsonDocument.Parse(text);
        token = answer.RootElement.GetProperty("access_token").GetString()!;
        goodUntil = asked.AddSeconds(answer.RootElement.GetProperty("expires_in").GetInt32() * 0.9);
        return token;
    }
}
