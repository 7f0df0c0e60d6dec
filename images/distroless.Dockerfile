# A Java runtime without a shell: of an image that has both, the JRE and the libraries that it loads, and nothing else.
# Dockerfile.base builds on it as on any other.
#
#   docker build -f images/distroless.Dockerfile -t jre-distroless:21 images
#   docker build -f Dockerfile.base --build-arg JRE_IMAGE=jre-distroless:21 -t jvm-base:21-distroless .
#
# JRE_IMAGE   an image of Debian or Ubuntu with Java in JAVA_HOME
#
# Any builder will do, the legacy one too.

ARG JRE_IMAGE=eclipse-temurin:21-jre

FROM ${JRE_IMAGE} AS gathered
# The Java image may have a user of its own, who can make no folder in /.
USER 0:0
# librt is loaded by name, and by old releases of Java only; so are the three that look names up, by the C library of
# Debian 11 and Ubuntu 20.04. Links become what they lead to, but for those that lead nowhere.
RUN mkdir -p /out/opt/java && mkdir -m 1777 /out/tmp \
 && tar -C "$JAVA_HOME" -ch --ignore-failed-read . | tar -C /out/opt/java -x \
 && find /out/opt \( -name '*.so' -o -path '*/bin/*' \) -exec ldd {} + 2>/dev/null \
  | grep -o '/[^ ]*' | grep -v -e "^$JAVA_HOME/" -e ^/out/ -e /java/ | sort -u | xargs cp -L --parents -t /out \
 && for file in /etc/passwd /etc/group /etc/nsswitch.conf /etc/ssl/certs/ca-certificates.crt \
      /lib/*/librt.so.1 /lib/*/libnss_files.so.2 /lib/*/libnss_dns.so.2 /lib/*/libresolv.so.2; do \
      [ ! -e "$file" ] || cp -L --parents "$file" /out; \
    done

FROM scratch
# As in Dockerfile.base: what is built on this starts as root, until it says otherwise.
USER 0:0
COPY --from=gathered /out /
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin
