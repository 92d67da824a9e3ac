# The image of Caravan:  docker build -t caravan .  &&  docker run -p 8000:8000 -v caravan:/data caravan
# Two stages of one release of Java, since an AOT cache fits the very JVM that made it.

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY . .
# what Maven has loaded once stays on the build machine
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q package -Dmaven.test.skip=true

FROM eclipse-temurin:25-jre
WORKDIR /opt/caravan
COPY caravan ./
COPY .mvn/find-jdk.sh .mvn/
COPY application.properties ./
COPY routes routes
COPY --from=build /build/target/caravan.jar target/
COPY --from=build /build/target/lib target/lib
# The cache is made here, on the JVM that will use it, and from then on nothing below /opt/caravan is written.
# Whichever user the container gets belongs to group 0.
RUN ./caravan version \
 && test -s target/caravan.aot \
 && rm -f target/train.log \
 && mkdir /data && chgrp 0 /data && chmod 2770 /data

ENV HOST=0.0.0.0 CARAVAN_HOME=/data LOG_FORMAT=json
USER 10001:0
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# The image has bash, and needs neither curl nor a second JVM for this.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PORT:-8000} && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 2 line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["/opt/caravan/caravan"]
CMD ["run"]
