"""The demo province: Sơn La by public facts, with invented figures, entered through the APIs."""
