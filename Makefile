# What a developer does, by name. `make` alone prints the list.
#
# JAVA_HOME chooses the JDK (17 or later), MVN_FLAGS goes to Maven:
#   make test MVN_FLAGS='-Dtest=PendingTest -Dredstart.seed=42'

VERSION := $(shell sed -n 's|.*<version>\(.*\)</version>.*|\1|p' pom.xml | head -n 1)
JAR := target/redstart-$(VERSION).jar
# ARCHITECTURE.md says why it is not less. Raising it is a decision.
JAR_BYTES_MAX := 1550000

# How much larger than in `make test` the crash tests are.
CHAOS := 20
CHAOS_TESTS := Killed*Test,ZombieTest,LostReplyTest,HistoryStormTest,RandomHistoryTest,RetentionModelTest,RestartTest,BoundedScriptsTest,ModeStormTest,InboxTest

SETUP := mkdir -p target && . ./.ci/setup.sh && use_jdk &&
SETUP_AGAIN := . ./.ci/setup.sh && use_jdk 2> /dev/null &&
MVN := mvn -B -ntp $(MVN_FLAGS)
JAVA := "$$JAVA_HOME/bin/java"
# For what should only be read when it fails. Maven's own -q would hide the warnings that -Werror fails on.
QUIETLY := > target/build.log 2>&1 || { cat target/build.log >&2; exit 1; }

FORMATTER := target/tools/google-java-format.jar
FORMAT := $(JAVA) --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED \
	--add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED \
	--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED \
	--add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED \
	--add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED \
	--add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED \
	-jar $(FORMATTER)
# No packaging: JMH hands the class path on to the JVMs that it starts.
JMH_LIBRARIES := jmh/target/lib
JMH := $(JAVA) -cp "jmh/target/classes:$(JAR):$(JMH_LIBRARIES)/*" dev.redstart.jmh
# Unless JAVA_HOME says otherwise the newest JDK: older ones have no virtual threads to measure.
SETUP_BENCH := . ./.ci/setup.sh \
	&& JAVA_HOME=$${JAVA_HOME:-$$(jdks | sort -n | tail -n 1 | cut -d ' ' -f 2-)} && use_jdk \
	&& install_redis &&
SLIM = { install_redis || no_redis; } && { command -v bash > /dev/null || install_first bash bash; } \
	&& ./.ci/slim.sh $(JAR) $(JAR_BYTES_MAX)
SOURCES = $$(find src jmh/src -name '*.java' 2>/dev/null)

.PHONY: help demo test test-cluster test-sentinel chaos check lint slim fmt jar docs jshell serve bench bench-quick bench-report clean
.NOTPARALLEL:

help: ## prints this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(JAR) ## runs the main job on a private Redis: a session of agents, one of them killed
	@$(SETUP) use_redis && $(JAVA) -jar $(JAR) demo

test: ## runs all tests
	@$(SETUP) use_maven && use_redis_binary && use_browser && use_clients && $(MVN) test

chaos: ## runs the crash tests at full length: some ten minutes
	@$(SETUP) use_maven && use_redis_binary && $(MVN) test -Dtest='$(CHAOS_TESTS)' -Dredstart.chaos=$(CHAOS)

# What needs one server says so by its tag, and why; visitors are browsers and others' clients, which see no server.
comma := ,
ROOMS := queue,stream,event,message,orchestration,a2a,agent,http
ROOM_TESTS = $(subst $(comma),/*Test$(comma)dev/redstart/,dev/redstart/$(ROOMS))/*Test

# Servers of their own for tests that run at the same time would be many there.
ONE_BY_ONE := -Djunit.jupiter.execution.parallel.enabled=false

test-cluster: ## runs the tests of all rooms on a cluster of three masters
	@$(SETUP) use_maven && use_redis_binary && $(MVN) test \
	  -Dredstart.servers=cluster $(ONE_BY_ONE) -DexcludedGroups=single,visitors -Dtest='$(ROOM_TESTS),dev/redstart/cluster/*Test,ClusterServerTest'

test-sentinel: ## runs the tests of all rooms behind Sentinels, and a failover of all
	@$(SETUP) use_maven && use_redis_binary && $(MVN) test \
	  -Dredstart.servers=sentinel $(ONE_BY_ONE) -DexcludedGroups=single,visitors -Dtest='$(ROOM_TESTS),BehindSentinelsTest,SentinelFailoverTest,SentinelServerTest'

check: test lint ## runs all tests, and everything else that must hold

# Everything that must hold but the tests, so that CI does nothing twice.
lint: ## checks formatter, Javadoc, jars and dependencies, without the tests
	@$(SETUP) use_maven && { $(MVN) -DskipTests verify $(QUIETLY); }
	@$(SETUP_AGAIN) changed=$$($(FORMAT) --dry-run $(SOURCES)) \
	  && { test -z "$$changed" || { echo "make fmt would change: $$changed" >&2; exit 1; }; } \
	  && echo "formatter: $$(echo $(SOURCES) | wc -w) files, nothing to change"
	@bytes=$$(wc -c < $(JAR)) && echo "jar: $$bytes bytes in $(JAR), at most $(JAR_BYTES_MAX)" \
	  && test $$bytes -le $(JAR_BYTES_MAX)
	@below=$$(sed 1d target/runtime-dependencies.txt) \
	  && echo "dependencies at run time: $${below:-none}" && test -z "$$below"
	@$(SETUP_AGAIN) needs=$$("$$JAVA_HOME/bin/jdeps" --add-modules java.net.http -s $(JAR) | sed 's/.*-> //' | sort -u | tr '\n' ' ') \
	  && echo "modules at run time: $$needs" \
	  && ! echo "$$needs" | tr ' ' '\n' | grep -v -E '^(java|jdk)\.|^$$'
	@echo "Javadoc: no warning; also built: $$(cd target && ls *-sources.jar *-javadoc.jar | tr '\n' ' ')"

slim: $(JAR) ## checks the footprint: size of the jar, a small runtime with 32 MB of heap, start-up
	@$(SETUP) $(SLIM)

fmt: $(FORMATTER) ## formats the Java sources
	@$(SETUP) $(FORMAT) -i $(SOURCES)

jar: $(JAR) ## builds the executable jar

docs: ## builds the Javadoc
	@$(SETUP) use_maven && $(MVN) -q compile javadoc:javadoc-no-fork
	@echo target/reports/apidocs/index.html

jshell: $(JAR) ## gives a jshell prompt with a connected `redis` (its input may be piped)
	@$(SETUP) use_redis && "$$JAVA_HOME/bin/jshell" --class-path $(JAR) \
	  --startup DEFAULT --startup src/main/jshell/start.jsh

serve: $(JAR) ## runs the HTTP service on a private Redis (ARGS='--data DIR' keeps its data)
	@$(SETUP) { install_redis || no_redis; } && $(JAVA) -jar $(JAR) serve --embedded $(ARGS)

# ONLY='QueueBenchmark.batches Wire.*t64' runs only those whose names match (regular expressions, with
# spaces between). BENCH means the same.
ONLY ?= $(BENCH)
PATTERNS = $(foreach pattern,$(ONLY),'$(pattern)')

bench: $(JMH_LIBRARIES) ## runs the benchmarks (ONLY='NAME...' some of them); most of an hour
	@$(SETUP_BENCH) $(JMH).Bench $(PATTERNS)

bench-quick: $(JMH_LIBRARIES) ## runs the benchmarks shortly, in less than five minutes
	@$(SETUP_BENCH) $(JMH).Bench quick $(PATTERNS)

bench-report: $(JMH_LIBRARIES) ## writes what was measured last into README and docs/performance.svg
	@$(SETUP_BENCH) $(JMH).Report

clean: ## removes everything that was built
	rm -rf target jmh/target

# Goals instead of a phase: nothing that only the tests or a release need is downloaded.
$(JAR): pom.xml $(shell find src/main/java src/main/resources)
	@$(SETUP) use_maven && echo "Building $@ ..." >&2 \
	  && { $(MVN) enforcer:enforce@house-rules resources:resources compiler:compile jar:jar $(QUIETLY); }
	@touch $@

$(JMH_LIBRARIES): $(JAR) jmh/pom.xml $(shell find jmh/src)
	@$(SETUP) use_maven && echo "Building the benchmarks ..." >&2 \
	  && { $(MVN) -f jmh/pom.xml -Dredstart.jar=$(CURDIR)/$(JAR) process-classes $(QUIETLY); }
	@touch $@

$(FORMATTER): pom.xml
	@$(SETUP) use_maven && $(MVN) -q dependency:copy@formatter
	@touch $@
