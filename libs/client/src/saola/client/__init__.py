"""What an integrator needs beside the messages: sign-in by OIDC, channels, files."""
