"""What an incident needs before it happens: quarantine groups, and a role that may use them."""
