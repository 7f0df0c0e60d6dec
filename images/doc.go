// Package images builds the base image over the Java images of a matrix and tells, in testdata/*.txtar, what a
// service in it can rely on: each file is a story that runs in real containers, once for each Java image.
//
//	IMAGES_JRE              Java images, default eclipse-temurin:8-jre, 17-jre and 25-jre
//	IMAGES_JRE_SHELL_LESS   more of them, without a shell, as distroless.Dockerfile makes them; default none
//	IMAGES_JRE_MATRIX       images of all Java versions, against which options are held; default IMAGES_JRE
//	GO_IMAGE, MAVEN_IMAGE   what Dockerfile.base compiles in when its DIST is build; default none. The latter's JDK also
//	                        compiles examples/main-class; default eclipse-temurin:21-jdk
//
// Stories need a Docker daemon, and Go, Maven and Java on the machine. What is missing skips what needs it, but
// with CI=true fails it.
package images
