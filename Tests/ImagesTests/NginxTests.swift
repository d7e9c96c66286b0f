// Requests and what the real nginx 1.22.1 answered to them: body and status, ends of lines as `~`.

import Foundation
import Testing

@Suite struct NginxTests {
  static let site = #"""
    map $http_x_v $mapped { default none; a AA; ~^z+$ ZZ; }
    upstream back { server 127.0.0.1:8081; }
    server { listen 8081; location / { return 200 '$request_method $uri $http_host $http_x_forwarded_for'; } location /404 { return 404; } }
    server {
      listen 8080;
      root /srv/lab;
      error_page 404 /404.html;
      set $a hello;
      set $b "$a world";
      rewrite ^/srv$ /a.txt;
      location / { try_files $uri $uri/ =404; }
      location /old { rewrite ^/old/(.*)$ /$1 last; }
      location /red { rewrite ^/red/(.*)$ /$1 redirect; }
      location /if { if ($request_method = POST) { return 405; } if ($arg_x = 1) { return 200 'one'; } return 200 'none'; }
      location ~ ^/user/(\d+)$ { return 200 'user $1'; }
      location ~* \.(JSON|css)$ { return 200 'ci'; }
      location ^~ /sub/ { autoindex on; }
      location /api/ { proxy_pass http://back/v1/; }
      location /raw { proxy_pass http://back; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }
      location /down { proxy_pass http://127.0.0.1:8099; }
      location /map { return 200 '$mapped $b'; }
      location /deny { deny all; }
      location /e500 { error_page 500 =200 /a.txt; return 500; }
      location /named { try_files /nope @fallback; }
      location @fallback { return 200 'fallback'; }
      location /inner { internal; }
      location /teapot { return 418; }
      location /go { return 301 https://example.com$request_uri; }
    }
    """#

  static let answers = [
    (
      #"/"#,
      #"<html>~<head><title>403 Forbidden</title></head>~<body>~<center><h1>403 Forbidden</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 403"#
    ),
    (#"/a.txt"#, #"hi~ | 200"#),
    (#"/nope"#, #"lost~ | 404"#),
    (
      #"/sub"#,
      #"<html>~<head><title>301 Moved Permanently</title></head>~<body>~<center><h1>301 Moved Permanently</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 301"#
    ),
    (#"/old/a.txt"#, #"hi~ | 200"#),
    (
      #"/red/a.txt?q=1"#,
      #"<html>~<head><title>302 Found</title></head>~<body>~<center><h1>302 Found</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 302"#
    ),
    (#"/srv"#, #"hi~ | 200"#),
    (#"/if"#, #"none | 200"#),
    (#"/if?x=1"#, #"one | 200"#),
    (
      #"-X POST /if"#,
      #"<html>~<head><title>405 Not Allowed</title></head>~<body>~<center><h1>405 Not Allowed</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 405"#
    ),
    (#"/user/42"#, #"user 42 | 200"#),
    (#"/user/x"#, #"lost~ | 404"#),
    (#"/d.JSON"#, #"ci | 200"#),
    (#"/api/x?y=1"#, #"GET /v1/x back  | 200"#),
    (
      #"/api"#,
      #"<html>~<head><title>301 Moved Permanently</title></head>~<body>~<center><h1>301 Moved Permanently</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 301"#
    ),
    (#"/raw/y"#, #"GET /raw/y back 127.0.0.1 | 200"#),
    (
      #"/down"#,
      #"<html>~<head><title>502 Bad Gateway</title></head>~<body>~<center><h1>502 Bad Gateway</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 502"#
    ),
    (#"/map"#, #"none hello world | 200"#),
    (#"-H X-V:a /map"#, #"AA hello world | 200"#),
    (#"-H X-V:zz /map"#, #"ZZ hello world | 200"#),
    (
      #"/deny"#,
      #"<html>~<head><title>403 Forbidden</title></head>~<body>~<center><h1>403 Forbidden</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 403"#
    ),
    (#"/e500"#, #"hi~ | 200"#),
    (#"/named"#, #"fallback | 200"#),
    (#"/inner"#, #"lost~ | 404"#),
    (#"/teapot"#, #" | 418"#),
    (
      #"/go?z"#,
      #"<html>~<head><title>301 Moved Permanently</title></head>~<body>~<center><h1>301 Moved Permanently</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 301"#
    ),
    (#"-H Range:bytes=0-0 /a.txt"#, #"h | 206"#),
    (
      #"-H Range:bytes=9- /a.txt"#,
      #"<html>~<head><title>416 Requested Range Not Satisfiable</title></head>~<body>~<center><h1>416 Requested Range Not Satisfiable</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 416"#
    ),
    (#"-H If-None-Match:* /a.txt"#, #" | 304"#),
    (
      #"-X DELETE /a.txt"#,
      #"<html>~<head><title>405 Not Allowed</title></head>~<body>~<center><h1>405 Not Allowed</h1></center>~<hr><center>nginx/1.22.1</center>~</body>~</html>~ | 405"#
    ),
  ]

  @Test func requestsAreAnsweredAsTheRealOneDoes() {
    var script = "mkdir -p /srv/lab/sub; echo hi > /srv/lab/a.txt; echo lost > /srv/lab/404.html\n"
    for (request, _) in NginxTests.answers {
      let words = request.split(separator: " ")
      let options = words.dropLast().joined(separator: " ")
      script +=
        "curl -s -w ' | %{http_code}\\n' \(options) 'http://localhost:8080\(words[words.count - 1])'; echo @@@\n"
    }
    let played = Played(
      files: ["site.conf": NginxTests.site + "\n", "requests.sh": script],
      setup: [
        "kubectl create configmap site --from-file=site.conf",
        "kubectl run web --image=nginx:1.22.1 --overrides='{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"nginx:1.22.1\",\"volumeMounts\":[{\"name\":\"site\",\"mountPath\":\"/etc/nginx/conf.d\"}]}],\"volumes\":[{\"name\":\"site\",\"configMap\":{\"name\":\"site\"}}]}}'",
        "kubectl wait --for=condition=Ready pod/web",
      ], ["kubectl exec -i web -- sh < requests.sh"])
    let answers = played[0].output.components(separatedBy: "\n@@@\n")
    #expect(answers.count == NginxTests.answers.count + 1)
    for (index, (request, expected)) in NginxTests.answers.enumerated() where index < answers.count {
      let plain = answers[index].replacingOccurrences(of: "\r\n", with: "~").replacingOccurrences(of: "\n", with: "~")
      #expect(plain == expected, "\(request)")
    }
  }

  @Test(arguments: [
    (
      "location / { proxy_pass http://nowhere; }",
      "host not found in upstream \"nowhere\" in /etc/nginx/conf.d/x.conf:1"
    ),
    ("proxy_pass http://127.0.0.1;", "\"proxy_pass\" directive is not allowed here in /etc/nginx/conf.d/x.conf:1"),
    ("lisen 80;", "unknown directive \"lisen\" in /etc/nginx/conf.d/x.conf:1"),
    ("root;", "invalid number of arguments in \"root\" directive in /etc/nginx/conf.d/x.conf:1"),
  ])
  func mistakesAreNamed(_ text: String, _ expected: String) {
    let played = Played(
      setup: ["kubectl run web --image=nginx:1.25", "kubectl wait --for=condition=Ready pod/web"],
      ["kubectl exec web -- sh -c 'echo \"server { \(text) }\" > /etc/nginx/conf.d/x.conf; nginx -t 2>&1 | head -1'"])
    #expect(played[0].output.hasSuffix("[emerg] 2#2: \(expected)\n") || played[0].output.contains(expected))
  }
}
