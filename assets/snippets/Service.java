// Gets access tokens and keeps each until shortly before it expires. Java 17 or later, nothing else: java Service.java
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;

public class Service {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String endpoint;
    private String token;
    private Instant goodUntil = Instant.MIN;

    Service() throws Exception {
        var discovery = URI.create(System.getenv("PORTCULLIS_ISSUER") + "/.well-known/openid-configuration");
        endpoint = member(http.send(HttpRequest.newBuilder(discovery).build(), BodyHandlers.ofString()).body(), "token_endpoint");
    }

    /** A member of a flat JSON text; with a JSON library of yours you do not need this. */
    static String member(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]+)").matcher(json);
        if (!found.find()) throw new IllegalStateException(json);
        return found.group(1);
    }

    static String encode(String name) {
        return URLEncoder.encode(System.getenv(name), StandardCharsets.UTF_8);
    }

    synchronized String token() throws Exception {
        if (Instant.now().isBefore(goodUntil)) return token;
        var asked = Instant.now();
        var pair = encode("PORTCULLIS_CLIENT_ID") + ":" + encode("PORTCULLIS_CLIENT_SECRET");
        var request = HttpRequest.newBuilder(URI.create(endpoint))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
            .build();
        var answer = http.send(request, BodyHandlers.ofString()).body();
        token = member(answer, "access_token"); // on a refusal this shows the answer: error_description says why
        goodUntil = asked.plusSeconds(Long.parseLong(member(answer, "expires_in").trim()) * 9 / 10);
        return token;
    }

    public static void main(String[] arguments) throws Exception {
        // Call your API with the header  Authorization: Bearer <token>
        System.out.println(new Service().token());
    }
}
