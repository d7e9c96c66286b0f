// What each image models and what it does not, in words: docs/images.md is written from this table, and a test compares them.

package struct ImageNote {
  /// As in the catalogue; several repositories of one kind are separated by commas.
  package let images: String
  package let modelled: String
  package let notModelled: String
}

package enum ImageCoverage {
  package static let notes: [ImageNote] = [
    ImageNote(
      images: "docker.io/library/postgres",
      modelled: "entrypoint, server log, data on the claim, psql and the other clients, streaming replication",
      notModelled: "see the deviations"),
    ImageNote(
      images: "docker.io/library/redis",
      modelled:
        "replication (full and partial), read-only replicas, INFO replication, ROLE, WAIT, snapshot and append-only file on the claim, AUTH, transactions, strings, lists, hashes, sets, sorted sets, expiry; redis-cli with terminal, raw and CSV output; server log",
      notModelled: "Sentinel, cluster mode, streams, scripts, publish/subscribe, other sections of INFO"),
    ImageNote(
      images: "docker.io/library/zookeeper, registry.k8s.io/kubernetes-zookeeper, k8s.gcr.io/kubernetes-zookeeper",
      modelled:
        "ensemble and standalone, election, quorum lost and regained, znodes with their numbers, sessions and ephemeral nodes, zkServer.sh status, zkCli.sh (create, get, set, ls, stat, delete, deleteall), four-letter words with their whitelist, start-zookeeper",
      notModelled: "log lines of server and zkCli.sh, watches, ACLs, quotas, reconfiguration, most of mntr"),
    ImageNote(
      images: "quay.io/coreos/etcd, gcr.io/etcd-development/etcd, registry.k8s.io/etcd",
      modelled:
        "members, majority, keys with revisions; etcdctl put, get, del, watch, get at a revision, compaction, leases, member list/add/remove, endpoint health/status, defrag, tables; /health and /version",
      notModelled: "log lines, transactions, users, snapshots, API version 2, etcd 3.6"),
    ImageNote(
      images: "docker.io/apache/kafka",
      modelled:
        "KRaft controllers and brokers, replicas in and out of sync, min.insync.replicas, leaders elected again, kafka-topics.sh, kafka-metadata-quorum.sh describe, kafka-consumer-groups.sh (list, offsets and lag, delete, reset), kafka-configs.sh for topics, kafka-get-offsets.sh, kafka-cluster.sh, console producer and consumer with groups",
      notModelled: "log lines, other tools, members and states of groups, security, transactions"),
    ImageNote(
      images: "docker.io/library/cassandra, gcr.io/google-samples/cassandra",
      modelled:
        "seeds, joining one node at a time, the ring, decommission, nodetool status; cqlsh with keyspaces, tables, collections, INSERT, UPDATE, DELETE, SELECT with conditions and its order",
      notModelled:
        "log lines, what is said when nodes are missing for a consistency level, DESCRIBE, indexes, other nodetool commands"
    ),
    ImageNote(
      images: "docker.io/library/mongo",
      modelled:
        "replica set (rs.initiate, add, remove, reconfig, stepDown, status, conf, printSecondaryReplicationInfo), election with priorities, hand-over when the primary is told to stop, documents with query and update operators, aggregation, unique indexes; mongosh --eval, --json=relaxed and prompt with JavaScript's expressions, functions and statements",
      notModelled:
        "log lines, users, sharding, classes and switch in scripts, sleep(), the order of $group's groups, sizes (show dbs, db.stats()), some fields of db.hello()"
    ),
    ImageNote(
      images: "docker.io/library/nginx",
      modelled:
        "entrypoint, configuration files with their mistakes, virtual servers, locations (regular expressions, nested, named), return, rewrite, if, set, map, try_files, error pages, autoindex, allow and deny, auth_basic, expires, ranges, proxy_pass with upstreams, access and error log, nginx -v/-t/-T/-s reload",
      notModelled: "TLS, compression, templates, streams, limits, FastCGI, nginx -V"),
    ImageNote(
      images: "registry.k8s.io/ingress-nginx/controller",
      modelled:
        "hosts, wildcards, Prefix and Exact paths, default backend, rewrite-target without groups, its own pages",
      notModelled: "log lines, TLS, other annotations, configuration maps"),
    ImageNote(
      images: "registry.k8s.io/nginx-slim", modelled: "what nginx serves from a volume",
      notModelled: "its version, its own pages, log lines"),
    ImageNote(
      images: "registry.k8s.io/hpa-example", modelled: "its answer, and the time it computes",
      notModelled: "headers, log lines"),
    ImageNote(
      images: "docker.io/library/perl", modelled: "print bpi(N) with the bignum module", notModelled: "the language"),
    ImageNote(
      images:
        "registry.k8s.io/busybox, k8s.gcr.io/busybox, gcr.io/google-containers/busybox, gcr.io/google_containers/busybox",
      modelled: "as docker.io/library/busybox", notModelled: "see there"),
    ImageNote(
      images: "docker.io/library/httpd", modelled: "default page, folders, redirects, its pages, server and access log",
      notModelled: "other configuration files, httpd -v, ranges"),
    ImageNote(
      images:
        "gcr.io/google-samples/hello-app, us-docker.pkg.dev/google-samples/containers/gke/hello-app, docker.io/hashicorp/http-echo, registry.k8s.io/e2e-test-images/agnhost, k8s.gcr.io/e2e-test-images/agnhost",
      modelled:
        "answers over HTTP and log lines; agnhost: netexec (/, /hostname, /echo, /healthz, /clientip), serve-hostname, liveness and pause",
      notModelled: "http-echo's lines for requests, other commands of agnhost"),
    ImageNote(
      images:
        "gcr.io/google-samples/kubernetes-bootcamp, docker.io/jocatalin/kubernetes-bootcamp, gcr.io/google-samples/node-hello, docker.io/luksa/kubia, docker.io/traefik/whoami, docker.io/containous/whoami, docker.io/jmalloc/echo-server, docker.io/kicbase/echo-server, gcr.io/k8s-minikube/echo-server",
      modelled: "answers over HTTP and log lines", notModelled: "WebSockets, whoami's /api and /data"),
    ImageNote(
      images:
        "registry.k8s.io/echoserver, k8s.gcr.io/echoserver, gcr.io/google_containers/echoserver, gcr.io/google-containers/echoserver, docker.io/nginxdemos/hello, ghcr.io/stefanprodan/podinfo, docker.io/stefanprodan/podinfo, gcr.io/kuar-demo/kuard-amd64",
      modelled: "echoserver 1.4 and 1.10, nginxdemos/hello:plain-text; health pages of podinfo and kuard",
      notModelled: "pages and logs"),
    ImageNote(
      images:
        "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower, gcr.io/google_samples/gb-redis-follower, gcr.io/google-samples/gb-redis-follower, us-docker.pkg.dev/google-samples/containers/gke/gb-frontend, gcr.io/google_samples/gb-frontend, gcr.io/google-samples/gb-frontend",
      modelled: "the guestbook's follower as redis does; its page runs and listens", notModelled: "the page, log lines"),
    ImageNote(
      images:
        "registry.k8s.io/e2e-test-images/jessie-dnsutils, gcr.io/kubernetes-e2e-test-images/dnsutils, docker.io/tutum/dnsutils, docker.io/nicolaka/netshoot",
      modelled: "a shell and its utilities; nslookup, host and dig of BIND, ping, nc -z",
      notModelled: "other network tools; netshoot: zsh, the release in dig's first line"),
    ImageNote(images: "docker.io/library/hello-world", modelled: "what it prints", notModelled: "nothing"),
    ImageNote(
      images:
        "docker.io/library/memcached, docker.io/library/rabbitmq, docker.io/library/tomcat, docker.io/library/wordpress, docker.io/library/registry, docker.io/library/traefik, docker.io/library/caddy, docker.io/library/ghost, docker.io/library/adminer, docker.io/library/influxdb, docker.io/grafana/grafana, docker.io/prom/prometheus",
      modelled: "declared only: run and listen", notModelled: "answers, log lines, programs"),
    ImageNote(
      images:
        "docker.io/library/python, docker.io/library/node, docker.io/library/golang, docker.io/library/ruby, docker.io/library/php",
      modelled: "a shell and its utilities; the default command ends at once", notModelled: "the languages"),
    ImageNote(
      images:
        "docker.io/curlimages/curl, quay.io/curl/curl, docker.io/library/busybox, docker.io/library/alpine, docker.io/library/debian, docker.io/library/ubuntu",
      modelled: "a shell and its utilities", notModelled: "package managers"),
    ImageNote(
      images: "docker.io/polinux/stress",
      modelled: "memory, processors, and what the kernel does when a container takes more than its limit; time",
      notModelled: "disk and input/output; memory beyond the node's"),
    ImageNote(
      images: "docker.io/library/mysql, docker.io/library/mariadb",
      modelled: "declared only: refuses to start without a password, listens, answers mysqladmin ping",
      notModelled: "SQL, clients, log lines"),
    ImageNote(
      images:
        "docker.io/coredns/coredns, docker.io/calico/kube-controllers, docker.io/calico/node, docker.io/calico/cni, docker.io/cdkbot/hostpath-provisioner, registry.k8s.io/metrics-server/metrics-server, registry.k8s.io/pause",
      modelled: "run, and print nothing", notModelled: "their own work, which the simulated cluster does itself"),
  ]

  /// The page.
  package static var page: String {
    var text = """
      # Images

      The images that run in the simulated cluster. Everything that is not modelled says *not simulated*, by name; a tag that a
      known repository does not have fails to be pulled, in the registry's words; a repository that is not here is not simulated.

      No two nodes agree on what an image weighs after its next rebuild, or on how long it takes to be pulled and to start: the sizes in
      events and the times are plausible, not measured. [Settings](settings.md) tells how to set the times.

      | image | modelled | not simulated |
      |---|---|---|

      """
    for note in notes {
      var names: [String] = []
      for name in separated(note.images, by: ",") { names.append("`\(blankSeparated(name).joined())`") }
      text += "| \(names.joined(separator: "<br>")) | \(note.modelled) | \(note.notModelled) |\n"
    }
    return text
  }
}
