package jvmentrypoint.jmxmp.client;

import java.util.List;

/** What can be typed. */
final class Usage {
    private static final String JAVA = "java -jar jmxmp-agent.jar ";

    /** Fits a screen of 80 columns and 40 lines. */
    static final String ALL = "usage: " + JAVA + "COMMAND HOST:PORT ... [OPTION...]\n"
            + "\n"
            + "  get HOST:PORT OBJECT_NAME [ATTRIBUTE...]\n"
            + "      values, all or some; HeapMemoryUsage.used for a part of one\n"
            + "  names HOST:PORT [PATTERN]\n"
            + "      the MBeans' names\n"
            + "  invoke HOST:PORT OBJECT_NAME OPERATION [ARGUMENT...]\n"
            + "      a list is a,b,c; one of several of a name: 'getThreadInfo(long,int)'\n"
            + "  threads HOST:PORT\n"
            + "      a thread dump, deadlocks at its end\n"
            + "  watch HOST:PORT OBJECT_NAME ATTRIBUTE... [OBJECT_NAME ATTRIBUTE...]...\n"
            + "      values again and again, as CSV\n"
            + "  top HOST:PORT\n"
            + "      memory, GC, CPU, classes and the busiest threads, again and again\n"
            + "\n"
            + "  --json                 JSON; a line each time from watch and top\n"
            + "  --every TIME           watch (5s) and top (2s): how often\n"
            + "  --count N              watch and top: how many times\n"
            + "  --timeout TIME         for one request (30s); twice that for all of a command\n"
            + "                         or for each time of watch and top\n"
            + "  --tls                  TLS, as with any of the next five\n"
            + "  --ca FILE              who signed the server's certificate (PEM; else as java)\n"
            + "  --server-name NAME     the certificate's name, where HOST is another\n"
            + "  --cert FILE --key FILE    the client's certificate (PEM)\n"
            + "  --keystore FILE --keystore-password-file FILE      the same (PKCS12)\n"
            + "  --user NAME | --user-file FILE                     default: jmx\n"
            + "  --password-file FILE | --password-env VARIABLE     default: JMXMP_PASSWORD\n"
            + "  --help, --version, and -- before words that look like options\n"
            + "\n"
            + "exit code: 0 done, 1 the server or the MBean failed, 2 wrong usage,\n"
            + "           3 refused by access rules\n";

    private Usage() {}

    /** One line, and where the rest is. */
    static String of(List<String> words) {
        String synopsis;
        try {
            synopsis = Verb.of(words.isEmpty() ? "" : words.get(0)) + " [OPTION...]";
        } catch (UsageException e) {
            synopsis = "get|names|invoke|threads|watch|top HOST:PORT ... [OPTION...]";
        }
        return "usage: " + JAVA + synopsis + "\n       " + JAVA + "--help\n";
    }
}
