# The base images of all Java versions, with a shell (slim) and without (distroless), for amd64 and arm64:
#
#   PLATFORMS=local docker buildx bake -f images/docker-bake.hcl              all of them, into this machine's Docker
#   PLATFORMS=local docker buildx bake -f images/docker-bake.hcl slim-21      one
#   REPOSITORY=acme/jvm-base TAG=1.4.0 docker buildx bake -f images/docker-bake.hcl --push
#
# Run it where the repository's root is. The same inputs give the same layers where SOURCE_DATE_EPOCH is set, as by
# SOURCE_DATE_EPOCH=$(git log -1 --format=%ct).

variable "REPOSITORY" {
  default = "jvm-base"
}

# Behind the Java version: jvm-base:21-TAG.
variable "TAG" {
  default = ""
}

# The images with Java; VERSION stands for its number.
variable "JRE_IMAGE" {
  default = "eclipse-temurin:VERSION-jre"
}

# local is this machine's own, and into its Docker: without bills of materials, as not each can hold them, nor images for
# several platforms.
variable "PLATFORMS" {
  default = "linux/amd64,linux/arm64"
}

variable "SOURCE_DATE_EPOCH" {
  default = ""
}

variable "REVISION" {
  default = ""
}

variable "versions" {
  default = ["8", "11", "17", "21", "25"]
}

group "default" {
  targets = ["slim", "distroless"]
}

function "tags" {
  params = [version, variant]
  result = [join("-", compact(["${REPOSITORY}:${version}", variant, TAG]))]
}

target "common" {
  context    = "."
  dockerfile = "Dockerfile.base"
  platforms  = split(",", PLATFORMS)
  args = {
    SOURCE_DATE_EPOCH = SOURCE_DATE_EPOCH
  }
  output = [PLATFORMS == "local" ? "type=docker" : "type=image,rewrite-timestamp=${SOURCE_DATE_EPOCH == "" ? "false" : "true"}"]
  # Whoever can read the image can read its provenance, with all build arguments: a GOPROXY with a password is none for here.
  attest = PLATFORMS == "local" ? [] : ["type=sbom", "type=provenance,mode=max"]
}

target "slim" {
  name     = "slim-${java}"
  inherits = ["common"]
  matrix   = { java = versions }
  tags     = tags(java, "")
  args     = { JRE_IMAGE = replace(JRE_IMAGE, "VERSION", java) }
  labels   = labels(java, "")
}

target "distroless" {
  name     = "distroless-${java}"
  inherits = ["common"]
  matrix   = { java = versions }
  tags     = tags(java, "distroless")
  args     = { JRE_IMAGE = "jre" }
  contexts = { jre = "target:jre-distroless-${java}" }
  labels   = labels(java, ", without a shell")
}

target "jre-distroless" {
  name       = "jre-distroless-${java}"
  context    = "images"
  dockerfile = "distroless.Dockerfile"
  platforms  = split(",", PLATFORMS)
  matrix     = { java = versions }
  args       = { JRE_IMAGE = replace(JRE_IMAGE, "VERSION", java) }
}

function "labels" {
  params = [java, kind]
  result = {
    "org.opencontainers.image.title"       = "jvm-base"
    "org.opencontainers.image.description" = "Java ${java}${kind}, with the entrypoint and the JMXMP agent"
    "org.opencontainers.image.licenses"    = "Apache-2.0"
    "org.opencontainers.image.revision"    = REVISION
    "org.opencontainers.image.version"     = TAG
    "org.opencontainers.image.base.name"   = replace(JRE_IMAGE, "VERSION", java)
  }
}
