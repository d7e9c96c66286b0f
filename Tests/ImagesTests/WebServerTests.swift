// Web servers: pages, headers and log lines as nginx 1.22.1 was seen to print them (the version follows the tag); small servers.

import Testing

@Suite struct WebServerTests {
  @Test func nginxServesItsWelcomePageAndLogs() {
    let played = Played(
      setup: [
        "kubectl run web --image=nginx:1.27", "kubectl wait --for=condition=Ready pod/web",
        "kubectl expose pod web --port=80",
      ],
      [
        "kubectl run c --image=busybox:1.36 --restart=Never --rm -i -- wget -qO- http://web | head -4",
        "kubectl exec web -- curl -si http://localhost/nope", "kubectl logs web | tail -n 2",
        "kubectl exec web -- nginx -v", "kubectl exec web -- nginx -t",
        "kubectl exec web -- sh -c 'ls /var/log/nginx; cat /etc/nginx/conf.d/default.conf | head -4'",
        "kubectl exec web -- nginx -T 2>/dev/null | grep '^# configuration'",
      ])
    #expect(played[0].output.hasPrefix("<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n"))
    #expect(played[1].output.hasPrefix("HTTP/1.1 404 Not Found\r\nServer: nginx/1.27.5\r\nDate: "))
    #expect(
      played[1].output.contains(
        "\r\nContent-Type: text/html\r\nContent-Length: 153\r\nConnection: keep-alive\r\n\r\n<html>"))
    let lines = played[2].output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[0].hasSuffix(
        "[error] 29#29: *2 open() \"/usr/share/nginx/html/nope\" failed (2: No such file or directory), client: 127.0.0.1, server: localhost, request: \"GET /nope HTTP/1.1\", host: \"localhost\""
      ) || lines[0].contains("[error] 29#29: *2 open() \"/usr/share/nginx/html/nope\" failed"))
    #expect(lines[1].contains("\"GET /nope HTTP/1.1\" 404 153 \"-\" \"curl/"))
    #expect(played[3].errors == "nginx version: nginx/1.27.5\n")
    #expect(
      played[4].errors
        == "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n"
    )
    #expect(played[5].output.hasPrefix("access.log\nerror.log\nserver {\n"))
    #expect(
      played[6].output
        == "# configuration file /etc/nginx/nginx.conf:\n# configuration file /etc/nginx/mime.types:\n# configuration file /etc/nginx/conf.d/default.conf:\n"
    )
  }

  static let site = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: site}
    data:
      default.conf: |
        server {
          listen 8080;
          location / { return 200 "from $hostname\\n"; }
          location /old { return 301 /new; }
          location /off { return 503; }
          location = /exact { add_header X-Lab yes; return 204; }
        }
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
        - name: web
          image: nginx:1.27
          volumeMounts: [{name: site, mountPath: /etc/nginx/conf.d}]
      volumes: [{name: site, configMap: {name: site}}]

    """

  @Test func nginxObeysAConfigMap() {
    let played = Played(
      files: ["web.yaml": WebServerTests.site],
      setup: ["kubectl apply -f web.yaml", "kubectl wait --for=condition=Ready pod/web"],
      [
        "kubectl exec web -- curl -s http://localhost:8080/", "kubectl exec web -- curl -sI http://localhost:8080/old",
        "kubectl exec web -- curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/off",
        "kubectl exec web -- curl -si http://localhost:8080/exact | grep X-Lab",
        "kubectl exec web -- curl -s http://localhost/", "kubectl logs web | grep listen-on",
      ])
    #expect(played[0].output == "from web\n")
    #expect(played[1].output.contains("Location: http://localhost:8080/new\r\n"))
    #expect(played[2].output == "503")
    #expect(played[3].output == "X-Lab: yes\r\n")
    #expect(played[4].exit == 7)
    #expect(played[5].output.contains("can not modify /etc/nginx/conf.d/default.conf (read-only file system?)\n"))
  }

  @Test func nginxRefusesAMistakeInItsWords() {
    let bad = WebServerTests.site.replacing("listen 8080;", with: "listen 8080").replacing(
      "name: web}", with: "name: web}")
    let played = Played(
      files: ["web.yaml": bad], setup: ["kubectl apply -f web.yaml", "sleep 8"],
      ["kubectl logs web | tail -n 1", "kubectl get pod web --no-headers | awk '{print $3}'"])
    #expect(played[0].output.hasPrefix("nginx: [emerg] "))
    #expect(played[1].output == "CrashLoopBackOff\n" || played[1].output == "Error\n")
  }

  @Test func smallServersSayWhoAnswers() {
    let played = Played(
      setup: [
        "kubectl run echo --image=hashicorp/http-echo:1.0 --port=5678 -- -text=hello",
        "kubectl run hello --image=gcr.io/google-samples/hello-app:1.0 --port=8080",
        "kubectl run net --image=registry.k8s.io/e2e-test-images/agnhost:2.47 --port=8080 -- netexec --http-port=8080",
        "for p in echo hello net; do kubectl wait --for=condition=Ready pod/$p; kubectl expose pod $p; done",
        "kubectl run c --image=curlimages/curl:8.8.0 --command -- sleep 3600; kubectl wait --for=condition=Ready pod/c",
      ],
      [
        "kubectl exec c -- curl -s http://echo:5678", "kubectl exec c -- curl -s http://hello:8080",
        "kubectl exec c -- curl -s http://net:8080/hostname", "kubectl logs hello",
        "kubectl exec c -- curl -s http://net:8080/shell",
      ])
    #expect(played[0].output == "hello\n")
    #expect(played[1].output == "Hello, world!\nVersion: 1.0.0\nHostname: hello\n")
    #expect(played[2].output == "net")
    #expect(played[3].output.contains(" Server listening on port 8080\n"))
    #expect(played[4].notSimulated == ["image agnhost: /shell of netexec"])
  }

  @Test func registriesAnswerInTheirOwnWords() {
    let played = Played(
      [
        "kubectl run a --image=quay.io/nobody/does-not-exist:1; kubectl run b --image=ngnix; kubectl run d --image=nginx:nope; kubectl run e --image=ghcr.io/acme/nosuch:1; kubectl run f --image=localhost:5000/app; sleep 20",
        "kubectl get events -o jsonpath='{range .items[*]}{.message}{\"\\n\"}{end}' | grep '^Failed to pull' | sort -u",
      ])
    #expect(
      played[1].output.contains(
        "Failed to pull image \"quay.io/nobody/does-not-exist:1\": failed to pull and unpack image \"quay.io/nobody/does-not-exist:1\": failed to resolve reference \"quay.io/nobody/does-not-exist:1\": pulling from host quay.io failed with status code [manifests 1]: 401 UNAUTHORIZED\n"
      ))
    #expect(played[1].output.contains("pull access denied, repository does not exist or may require authorization"))
    #expect(played[1].output.contains("docker.io/library/nginx:nope: not found\n"))
    #expect(
      played[1].output.contains(
        "failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fnosuch%3Apull&service=ghcr.io: 403 Forbidden\n"
      ))
    #expect(played[1].output.contains("dial tcp 127.0.0.1:5000: connect: connection refused\n"))
  }

  @Test func tutorialsGetTheirAnswers() {
    let played = Played(
      setup: [
        "kubectl run boot --image=gcr.io/google-samples/kubernetes-bootcamp:v1",
        "kubectl run who --image=traefik/whoami",
        "kubectl run live --image=registry.k8s.io/e2e-test-images/agnhost:2.40 -- liveness",
        "kubectl run old --image=registry.k8s.io/echoserver:1.4", "kubectl run web --image=httpd:2.4.62",
        "kubectl run c --image=busybox:1.36 -- sleep 3600; kubectl wait --for=condition=Ready pod --all --timeout=90s; sleep 15",
        "for p in boot:8080 who:80 live:8080 old:8080 web:80; do kubectl expose pod ${p%:*} --port=${p#*:}; done",
      ],
      [
        "kubectl exec boot -- curl -s localhost:8080", "kubectl logs boot | tail -n 1 | cut -d'|' -f1,2",
        "kubectl exec c -- wget -qO- http://who | head -n 2", "kubectl exec c -- wget -qO- http://live:8080/healthz",
        "kubectl exec c -- wget -qO- 'http://old:8080/x?y=1' | sed -n '3,6p'",
        "kubectl exec c -- wget -qSO- http://web 2>&1 | sed -n '3,9p'", "kubectl exec c -- wget -qO- http://web",
      ])
    #expect(played[0].output == "Hello Kubernetes bootcamp! | Running on: boot | v=1\n")
    #expect(played[1].output == "Running On: boot | Total Requests: 1 \n")
    #expect(played[2].output == "Hostname: who\nIP: 127.0.0.1\n")
    #expect(played[3].errors.contains("500 Internal Server Error"))
    #expect(played[4].output == "command=GET\nreal path=/x?y=1\nquery=y=1\nrequest_version=1.1\n")
    #expect(played[5].output.contains("ETag: \"2d-432a5e4a73a80\"\n"))
    #expect(played[6].output == "<html><body><h1>It works!</h1></body></html>\n")
  }
}
