// Signs you in by hand, step by step: open the address, sign in, paste where you came out. Needs nothing but Go.
package main

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func random(bytes int) string {
	drawn := make([]byte, bytes)
	must(rand.Read(drawn))
	return base64.RawURLEncoding.EncodeToString(drawn)
}

func read(request *http.Request) map[string]any {
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	body := must(io.ReadAll(response.Body))
	if response.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", response.Status, body) // error_description says why
	}
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		log.Fatal(err)
	}
	return answer
}

func main() {
	id, redirectURL := os.Getenv("PORTCULLIS_CLIENT_ID"), os.Getenv("PORTCULLIS_REDIRECT_URL")
	discovery := os.Getenv("PORTCULLIS_ISSUER") + "/.well-known/openid-configuration"
	server := read(must(http.NewRequest(http.MethodGet, discovery, nil)))
	endpoint := func(name string) string { return fmt.Sprint(server[name+"_endpoint"]) }

	verifier, state := random(32), random(16)
	hash := sha256.Sum256([]byte(verifier))
	question := url.Values{
		"response_type": {"code"}, "client_id": {id}, "redirect_uri": {redirectURL}, "scope": {os.Getenv("PORTCULLIS_SCOPE")},
		"state": {state}, "code_challenge": {base64.RawURLEncoding.EncodeToString(hash[:])}, "code_challenge_method": {"S256"},
	}
	fmt.Println("Open this address and sign in:")
	fmt.Println(endpoint("authorization") + "?" + question.Encode())
	fmt.Println("Then paste the address of the page where you came out, whatever it shows:")
	line := must(bufio.NewReader(os.Stdin).ReadString('\n'))
	answer := must(url.Parse(strings.TrimSpace(line))).Query()
	if answer.Get("state") != state {
		log.Fatal("That is not the answer to this question.")
	}
	if answer.Has("error") {
		log.Fatal(answer.Get("error_description"))
	}

	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {answer.Get("code")}, "redirect_uri": {redirectURL},
		"client_id": {id}, "code_verifier": {verifier},
	}
	if secret := os.Getenv("PORTCULLIS_CLIENT_SECRET"); secret != "" {
		form.Set("client_secret", secret)
	}
	exchange := must(http.NewRequest(http.MethodPost, endpoint("token"), strings.NewReader(form.Encode())))
	exchange.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	tokens := read(exchange)
	ask := must(http.NewRequest(http.MethodGet, endpoint("userinfo"), nil))
	ask.Header.Set("Authorization", fmt.Sprint("Bearer ", tokens["access_token"]))
	fmt.Println(string(must(json.MarshalIndent(read(ask), "", "  "))))
}
