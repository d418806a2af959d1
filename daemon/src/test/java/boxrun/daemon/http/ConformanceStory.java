package boxrun.daemon.http;

/** A part of what every server of the API has to do, as its users know it. */
interface ConformanceStory {
    ConformanceClient client();
}
