// MCPWire
