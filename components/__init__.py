"""The networks this project builds: settings, address plans, and the Pulumi components made from them."""
