"""auth: which workspace is meant, and who asks. A credential found for one host never goes to another."""
