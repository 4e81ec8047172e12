// Gets access tokens and keeps each until shortly before it expires. Needs nothing but Go.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

type tokens struct {
	mutex     sync.Mutex
	endpoint  string
	token     string
	goodUntil time.Time
}

func read(request *http.Request, into any) error {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, body) // error_description says why
	}
	return json.Unmarshal(body, into)
}

func (t *tokens) get() (string, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if time.Now().Before(t.goodUntil) {
		return t.token, nil
	}
	asked := time.Now()
	form := url.Values{"grant_type": {"client_credentials"}}
	request, err := http.NewRequest(http.MethodPost, t.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(os.Getenv("PORTCULLIS_CLIENT_ID")), url.QueryEscape(os.Getenv("PORTCULLIS_CLIENT_SECRET")))
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := read(request, &answer); err != nil {
		return "", err
	}
	t.token = answer.AccessToken
	t.goodUntil = asked.Add(time.Duration(answer.ExpiresIn) * time.Second * 9 / 10)
	return t.token, nil
}

func main() {
	var server struct {
		TokenEndpoint string `json:"token_endpoint"`
	}
	request, err := http.NewRequest(http.MethodGet, os.Getenv("PORTCULLIS_ISSUER")+"/.well-known/openid-configuration", nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := read(request, &server); err != nil {
		log.Fatal(err)
	}
	all := &tokens{endpoint: server.TokenEndpoint}
	token, err := all.get()
	if err != nil {
		log.Fatal(err)
	}
	// Call your API with the header  Authorization: Bearer <token>
	fmt.Println(token)
}
