// Every image family, in one table. `coverage` prints it.

extension ImageCatalogue {
  package static var all: ImageCatalogue {
    var families = [
      NginxImage.family, StressImage.family, IngressControllerImage.family, PostgresImage.family, RedisImage.family,
    ]
    families += ZooKeeperImage.families
    families += EtcdImage.families
    families += CassandraImage.families
    families += [KafkaImage.family, MongoImage.family]
    families += MySQLImages.families
    families += BusyBoxImages.families + DNSToolImages.families
    families += HttpdImages.families
    families += HelloAppImage.families + [HttpEchoImage.family] + AgnhostImage.families + ClusterEchoImage.families
    families += EchoServerImages.families + NodeServerImages.families + DemoApplicationImages.families
    families += CurlImages.families + [HelloWorldImage.family]
    families += DeclaredImages.families + GuestbookImages.families
    families += SystemImages.families
    families += KubernetesImages.families
    families += [PerlImage.family]
    return ImageCatalogue(families)
  }
}
