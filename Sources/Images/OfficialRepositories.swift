// The repositories of Docker Hub's library: what is not in it does not exist there, and the registry answers so. The list is that of
// the official images (docker-library/official-images, library/), with those retired from it whose tags can still be pulled.

enum OfficialRepositories {
  static func contains(_ name: String) -> Bool { names.contains(name) }

  private static let names = Set(blankSeparated(list))

  private static let list = """
    adminer aerospike alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita buildpack-deps
    busybox caddy cassandra centos chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase
    couchdb crate crux dart debian docker docker-dev drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir
    emqx erlang euleros express-gateway fedora flink fluentd fsharp gazebo gcc geonetwork ghost glassfish golang gradle groovy
    haproxy haskell haxe hello-seattle hello-world hipache hitch hola-mundo httpd hylang ibex ibmjava influxdb iojs irssi
    java jenkins jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase
    logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j
    neurodebian nextcloud nginx node notary nuodb nuxeo odoo opensuse open-liberty openjdk oraclelinux orientdb percona perl
    photon php php-zendserver phpmyadmin piwik plone postfixadmin postgres pypy python r-base rabbitmq rails rakudo-star
    rapidoid redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa scratch sentry silverpeas
    sl solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak telegraf thrift tomcat tomee traefik
    ubuntu ubuntu-debootstrap ubuntu-upstart unit varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper
    almalinux valkey
    """
}
