"""What a monitor is told in figures: families of samples, written as Prometheus reads them."""
