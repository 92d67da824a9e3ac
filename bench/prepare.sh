# Sourced by the commands beside it, in the root of the repository: finds a JDK 25 and builds what is older than its
# sources. Sets JAVA_HOME and BENCH_CLASSPATH.

. ./.mvn/find-jdk.sh

bench_stamp=target/bench.stamp
if [ ! -f target/caravan.jar ] || [ ! -f $bench_stamp ] || [ ! -f target/bench.classpath ] ||
  [ -n "$(find src pom.xml -newer $bench_stamp -type f 2>/dev/null | head -n 1)" ]; then
  echo "bench: building" >&2
  mkdir -p target
  touch $bench_stamp.new
  ./mvnw -q package -DskipTests dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
  mv $bench_stamp.new $bench_stamp
fi
BENCH_CLASSPATH=target/test-classes:target/classes:$(cat target/bench.classpath)
