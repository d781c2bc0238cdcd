"""What must happen on AWS so that what is observed becomes what is wanted, and what that does to resources. Pure."""
