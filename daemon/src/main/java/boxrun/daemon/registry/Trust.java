package boxrun.daemon.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed. */
final class Trust {
    private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

    private Trust() {}

    /** The authorities of the JDK, and where they do not suffice those of the system, or of SSL_CERT_FILE. */
    static TrustManager usual(Map<String, String> environment) {
        String own = environment.getOrDefault("SSL_CERT_FILE", "");
        return new Usual(own.isEmpty() ? SYSTEM : Path.of(own));
    }

    /** Anybody, for hosts that the user has called insecure. */
    static TrustManager anybody() {
        return new Anybody();
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    private abstract static class ServersOnly extends X509ExtendedTrustManager {
        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            throw new CertificateException("boxrun is no server");
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            throw new CertificateException("boxrun is no server");
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("boxrun is no server");
        }

        @Override
        public final X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class Anybody extends ServersOnly {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
    }

    private static final class Usual extends ServersOnly {
        private final Path bundle;

        Usual(Path bundle) {
            this.bundle = bundle;
        }

        private interface Check {
            void by(X509ExtendedTrustManager manager) throws CertificateException;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            check(manager -> manager.checkServerTrusted(chain, kind));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            check(manager -> manager.checkServerTrusted(chain, kind, socket));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            check(manager -> manager.checkServerTrusted(chain, kind, engine));
        }

        private void check(Check check) throws CertificateException {
            try {
                check.by(manager(null));
            } catch (CertificateException refused) {
                if (!Files.isReadable(bundle)) {
                    throw refused;
                }
                checkWithBundle(check, refused);
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
        }

        private void checkWithBundle(Check check, CertificateException refused) throws CertificateException {
            try (InputStream pem = Files.newInputStream(bundle)) {
                KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
                authorities.load(null, null);
                int number = 0;
                for (Certificate authority :
                        CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                    authorities.setCertificateEntry(Integer.toString(number++), authority);
                }
                check.by(manager(authorities));
            } catch (IOException | GeneralSecurityException e) {
                refused.addSuppressed(e);
                throw refused;
            }
        }
    }
}
