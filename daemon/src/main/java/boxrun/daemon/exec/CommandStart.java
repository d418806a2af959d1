package boxrun.daemon.exec;

import boxrun.api.StartExec;
import boxrun.daemon.box.RunningBox;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessOutput;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.TerminalSize;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Starts one command: what it inherits from its image and box, and a work directory that may have to be made. */
record CommandStart(Engine engine, RunningBox box, String id, ProcessSpec spec) {
}
