// Signs you in by hand, step by step: open the address, sign in, paste where you came out. Java 17: java SignIn.java
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Scanner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

public class SignIn {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static String random(int bytes) {
        var drawn = new byte[bytes];
        new SecureRandom().nextBytes(drawn);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    }

    static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    }

    static String send(HttpRequest.Builder request) throws Exception {
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.body()); // error_description says why
        return answer.body();
    }

    /** A member of a flat JSON text; with a JSON library of yours you do not need this. */
    static String member(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"").matcher(json);
        if (!found.find()) throw new IllegalStateException(json);
        return found.group(1);
    }

    public static void main(String[] arguments) throws Exception {
        var env = System.getenv();
        var server = send(HttpRequest.newBuilder(URI.create(env.get("PORTCULLIS_ISSUER") + "/.well-known/openid-configuration")));
        var verifier = random(32);
        var state = random(16);
        var hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
        var question = new LinkedHashMap<String, String>();
        question.put("response_type", "code");
        question.put("client_id", env.get("PORTCULLIS_CLIENT_ID"));
        question.put("redirect_uri", env.get("PORTCULLIS_REDIRECT_URL"));
        question.put("scope", env.get("PORTCULLIS_SCOPE"));
        question.put("state", state);
        question.put("code_challenge", Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        question.put("code_challenge_method", "S256");
        System.out.println("Open this address and sign in:");
        System.out.println(member(server, "authorization_endpoint") + "?" + form(question));
        System.out.println("Then paste the address of the page where you came out, whatever it shows:");
        var answer = new HashMap<String, String>();
        for (var pair : URI.create(new Scanner(System.in).nextLine().trim()).getRawQuery().split("&")) {
            var parts = pair.split("=", 2);
            answer.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        if (!state.equals(answer.get("state"))) throw new IllegalStateException("That is not the answer to this question.");
        if (!answer.containsKey("code")) throw new IllegalStateException(answer.get("error_description"));

        var exchange = new LinkedHashMap<String, String>();
        exchange.put("grant_type", "authorization_code");
        exchange.put("code", answer.get("code"));
        exchange.put("redirect_uri", env.get("PORTCULLIS_REDIRECT_URL"));
        exchange.put("client_id", env.get("PORTCULLIS_CLIENT_ID"));
        exchange.put("code_verifier", verifier);
        if (env.containsKey("PORTCULLIS_CLIENT_SECRET")) exchange.put("client_secret", env.get("PORTCULLIS_CLIENT_SECRET"));
        var tokens = send(HttpRequest.newBuilder(URI.create(member(server, "token_endpoint")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(exchange))));
        System.out.println(send(HttpRequest.newBuilder(URI.create(member(server, "userinfo_endpoint")))
            .header("Authorization", "Bearer " + member(tokens, "access_token"))));
    }
}
