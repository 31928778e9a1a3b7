"""What is drawn before slides are rendered: diagrams and plots."""
